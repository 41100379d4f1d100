internal import Foundation
internal import TestKit
internal import Testing

extension PageTests {
    /// The commands that the README shows are run as they stand there, and print what it says.
    @Suite("The README")
    struct ReadmeTests {
        @Test("Shows commands that work, and what they print", .timeLimit(.minutes(5)))
        func examples() async throws {
            let data = try TemporaryFolder.make("readme")
            let examples = try DocumentedCommand.all(in: "README.md")
            #expect(examples.count > 4)
            var ids: [String: String] = [:]
            for example in examples {
                let outcome = try await FlorinProgram.run(
                    Self.arguments(of: example.command, ids: ids), data: data)
                #expect(outcome.status == 0, "\(example.command): \(outcome.errors)")
                for match in outcome.output.matches(of: /([a-z]+)_[0-9a-z]{26}/) {
                    ids[String(match.1)] = String(match.0)
                }
                guard !example.output.isEmpty else { continue }
                #expect(
                    DocumentedCommand.masked(outcome.output)
                        == DocumentedCommand.masked(example.output))
            }
        }

        /// A command's words, quotes taken off, with each `pi_...` replaced by the last such id.
        private static func arguments(of command: String, ids: [String: String]) -> [String] {
            command.dropFirst("florin ".count).split(
                separator: "\"", omittingEmptySubsequences: false
            )
            .enumerated().flatMap {
                index, part in
                index.isMultiple(of: 2)
                    ? part.split(separator: " ").map(String.init) : [String(part)]
            }.map { word in
                word.hasSuffix("_...") ? ids[String(word.dropLast(4))] ?? word : word
            }
        }
    }
}
