internal import DevSystem
internal import Foundation
internal import TestKit
internal import Testing

/// The commands that the README shows are run as they stand there, and print what it says.
@Suite("The README")
struct ReadmeTests {
    struct Example {
        let command: String
        var output = ""
    }

    @Test("Shows commands that work, and what they print", .timeLimit(.minutes(5)))
    func examples() async throws {
        let data = try TemporaryFolder.make("readme")
        let examples = try Self.examples()
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
            #expect(Self.masked(outcome.output) == Self.masked(example.output))
        }
    }

    private static func examples() throws -> [Example] {
        let readme = DevOptions(layout: DevLayout(data: "/nowhere")).services + "/../README.md"
        let text = try String(contentsOfFile: readme, encoding: .utf8)
        let block = try #require(text.firstMatch(of: /```console\n((?s).*?)```/)).1
        var examples: [Example] = []
        for line in block.split(separator: "\n") {
            if line.hasPrefix("$ florin ") {
                examples.append(Example(command: String(line.dropFirst("$ florin ".count))))
            } else if let last = examples.indices.last {
                examples[last].output += line + "\n"
            }
        }
        return examples
    }

    /// A command's words, quotes taken off, with each `pi_...` replaced by the last such id.
    private static func arguments(of command: String, ids: [String: String]) -> [String] {
        command.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap {
            index, part in
            index.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
        }.map { word in
            word.hasSuffix("_...") ? ids[String(word.dropLast(4))] ?? word : word
        }
    }

    /// Ids and moments differ from run to run; what is around them does not.
    private static func masked(_ output: String) -> String {
        output.trimmingCharacters(in: .whitespacesAndNewlines)
            .replacing(/_[0-9a-z]{26}/, with: "_id")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "moment")
    }
}
