import DevSystem
import Foundation
import TestKit
import Testing

/// One check of a program beside these tests, and what came of it.
struct NamedCheck: Decodable {
    let name: String
    /// What was wrong; nothing when it held.
    let problem: String?

    /// Runs a program that makes checks on a system and writes their results.
    static func run(
        _ program: String, with python: String, on layout: DevLayout
    ) async throws -> [NamedCheck] {
        let results = layout.data + "/checks.json"
        let transcript = layout.data + "/checks.log"
        try Data().write(to: URL(filePath: transcript))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            python, RepositoryFolder.services + "/../Tests/GatewayServiceTests/" + program,
            layout.state, results,
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "FLORIN": DevOptions(layout: layout).programs + "/florin"
        ]) { _, ours in ours }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: transcript))
        process.standardError = process.standardOutput
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let log = try String(contentsOfFile: transcript, encoding: .utf8)
        #expect(status == 0, "\(log)")
        let checks = try JSONDecoder().decode(
            [NamedCheck].self, from: Data(contentsOf: URL(filePath: results)))
        for check in checks { print("\(check.problem == nil ? "✓" : "✗") \(check.name)") }
        return checks
    }
}
