import DevSystem
import Foundation
import TestKit
import Testing

/// Stripe's own SDK for Python against a running system: `sdk/run` makes the checks, each with a
/// name.
@Suite("The HTTP API, by Stripe's SDK", .timeLimit(.minutes(15)))
struct StripeSDKTests {
    private struct Check: Decodable {
        let name: String
        /// What was wrong; nothing when it held.
        let problem: String?
    }

    @Test("Every check holds")
    func checks() async throws {
        try await withSystem { options in
            // Little, so that the checks meet the limits.
            for (key, value) in [
                ("requests-per-second", "50"), ("request-burst", "200"),
                ("concurrent-requests", "40"), ("transfer-timeout", "8s"),
                ("idle-timeout", "12s"),
            ] {
                options.settings.append(.init(service: "gateway", key: key, value: value))
            }
        } _: { system in
            let checks = try await Self.run(on: system.options.layout)
            for check in checks { print("\(check.problem == nil ? "✓" : "✗") \(check.name)") }
            for check in checks {
                if let problem = check.problem { Issue.record("\(check.name): \(problem)") }
            }
            #expect(checks.count >= 120, "only \(checks.count) checks were made")
        }
    }

    private static func run(on layout: DevLayout) async throws -> [Check] {
        let results = layout.data + "/checks.json"
        let transcript = layout.data + "/checks.log"
        try Data().write(to: URL(filePath: transcript))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", RepositoryFolder.services + "/../Tests/GatewayServiceTests/sdk/run",
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
        return try JSONDecoder().decode(
            [Check].self, from: Data(contentsOf: URL(filePath: results)))
    }
}
