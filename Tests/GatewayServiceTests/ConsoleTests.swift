import DevSystem
import Foundation
import TestKit
import Testing

/// The console of a running system in a real browser: `browser/run` makes the checks, each with a
/// name.
@Suite("The console, in Chromium", .timeLimit(.minutes(10)))
struct ConsoleTests {
    @Test("Every check holds")
    func checks() async throws {
        try await withSystem { options in
            // So that a doubt shows early, and the sample rates serve.
            options.settings += [
                .init(service: "payment", key: "acquirer-timeout", value: "1s"),
                .init(service: "fx", key: "rate-max-age-hours", value: "8760"),
            ]
        } _: { system in
            let checks = try await NamedCheck.run(
                "browser/run", with: "/usr/bin/python3", on: system.options.layout)
            for check in checks {
                if let problem = check.problem { Issue.record("\(check.name): \(problem)") }
            }
            #expect(checks.count >= 24, "only \(checks.count) checks were made")
        }
    }
}
