import DevSystem
import TestKit
import Testing

/// Stripe's own SDK for Python against a running system: `sdk/run` makes the checks, each with a
/// name.
@Suite("The HTTP API, by Stripe's SDK", .timeLimit(.minutes(15)))
struct StripeSDKTests {
    @Test("Every check holds")
    func checks() async throws {
        try await withSystem { options in
            // Little, so that the checks meet the limits, and webhooks their end.
            for (key, value) in [
                ("requests-per-second", "50"), ("request-burst", "200"),
                ("concurrent-requests", "40"), ("transfer-timeout", "8s"),
                ("idle-timeout", "12s"), ("webhook-first-retry", "200ms"),
                ("webhook-give-up", "20s"),
            ] {
                options.settings.append(.init(service: "gateway", key: key, value: value))
            }
        } _: { system in
            let checks = try await NamedCheck.run(
                "sdk/run", with: "python3", on: system.options.layout)
            for check in checks {
                if let problem = check.problem { Issue.record("\(check.name): \(problem)") }
            }
            #expect(checks.count >= 120, "only \(checks.count) checks were made")
        }
    }
}
