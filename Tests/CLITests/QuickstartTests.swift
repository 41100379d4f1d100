internal import DevSystem
internal import Foundation
internal import TestKit
internal import Testing

extension PageTests {
    /// The commands of docs/quickstart.md, one after the other in one shell, as a person types them.
    @Suite("The quickstart")
    struct QuickstartTests {
        @Test("Shows commands that work, and what they print", .timeLimit(.minutes(5)))
        func commands() async throws {
            let folder = try TemporaryFolder.make("quickstart")
            let docs = URL(filePath: RepositoryFolder.services + "/../docs").standardizedFileURL
            try FileManager.default.createSymbolicLink(
                at: URL(filePath: folder + "/docs"), withDestinationURL: docs)
            let commands = try DocumentedCommand.all(in: "docs/quickstart.md")
            #expect(commands.count > 8)
            let outputs = try await Self.run(commands.map(\.command), in: folder)
            #expect(outputs.count == commands.count, "\(outputs.last ?? "") was the last")
            for (command, output) in zip(commands, outputs) where !command.output.isEmpty {
                #expect(
                    DocumentedCommand.masked(output) == DocumentedCommand.masked(command.output),
                    "\(command.command)")
            }
            // Whatever happened, nothing is left running.
            _ = try await FlorinProgram.run("dev", "stop", data: folder + "/.florin")
        }

        /// What each command printed, up to the first that failed.
        private static func run(_ commands: [String], in folder: String) async throws -> [String] {
            let mark = "== done =="
            let script = (["set -e"] + commands.flatMap { [$0, "echo '\(mark)'"] })
                .joined(separator: "\n")
            let transcript = folder + "/transcript"
            try Data().write(to: URL(filePath: transcript))
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.arguments = ["-c", script]
            process.currentDirectoryURL = URL(filePath: folder)
            let programs = DevOptions(layout: DevLayout(data: folder)).programs
            var environment = ProcessInfo.processInfo.environment
            environment["PATH"] = programs + ":" + (environment["PATH"] ?? "")
            environment["FLORIN_DATA"] = nil
            environment["COLUMNS"] = "80"
            process.environment = environment
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: URL(filePath: transcript))
            process.standardError = FileHandle.standardError
            let status = try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = {
                    continuation.resume(returning: $0.terminationStatus)
                }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            #expect(status == 0)
            let text = try String(contentsOfFile: transcript, encoding: .utf8)
            return text.components(separatedBy: mark + "\n").dropLast().map { $0 }
        }
    }
}
