import DevSystem
import Messages
import RPC
import Stubs
import TLS
import TestKit
import Testing

/// The loop of the orchestrator finds what does not agree, and keeps that one payment as it is.
@Suite("A payment that does not agree")
struct FrozenPaymentTests {
    private static let soon = RunningSystem.Change(settings: [
        .init(service: "orchestrator", key: "reconcile-interval", value: "200ms"),
        .init(service: "orchestrator", key: "reconcile-grace", value: "2s"),
    ])

    @Test("Is frozen, until an operator has looked, and others go on")
    func frozen() async throws {
        try await RunningSystem.with(Self.soon) { system in
            let twice = try await self.pay(on: system)
            try await system.captureOnceMore(twice, .init("10.00 USD"))
            let otherwise = try await self.pay(on: system)
            try await system.changeCapture(otherwise, by: 1)
            let good = try await self.pay(on: system)
            #expect(try await system.refund(good, "1.00 USD").status == .succeeded)

            #expect(try await self.reason(of: twice, on: system).contains("doubled"))
            #expect(try await self.reason(of: otherwise, on: system).contains("amount_differs"))
            let metrics = try await system.metrics(of: .orchestrator)
            for kind in ["doubled", "amount_differs"] {
                // Once, or once more when it was compared again before it was frozen.
                let counter = "florin_reconciliation_findings_total{kind=\"\(kind)\"}"
                #expect(metrics.contains(counter) && !metrics.contains("\(counter) 0"))
            }
            let refused = await #expect(throws: RPCError.self) {
                try await system.refund(twice, "1.00 USD")
            }
            #expect(refused?.reason == .paymentFrozen)

            // Compared after those two, or with them: sagas are compared in the order of their end.
            let later = try await self.pay(on: system)
            try await self.untilCompared(later, on: system)
            #expect(try await system.payment(good).frozenReason == "")
            #expect(try await system.refund(good, "1.00 USD").status == .succeeded)

            let outcome = try await FlorinProgram.run(
                "payment", "unfreeze", twice, "--reason", "one capture was given back by hand",
                data: system.layout.data)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try await system.refund(twice, "1.00 USD").status == .succeeded)
        }
    }

    private func pay(on system: RunningSystem) async throws -> String {
        let payment = try await system.create(Order(amount: "10.00 USD"))
        #expect(try await system.process(payment.id).status == .succeeded)
        return payment.id
    }

    private func reason(of payment: String, on system: RunningSystem) async throws -> String {
        let isFrozen = try await eventually {
            try await !system.payment(payment).frozenReason.isEmpty
        }
        #expect(isFrozen, "\(payment)")
        return try await system.payment(payment).frozenReason
    }

    /// Until a payment that is made not to agree, and ends later, is frozen.
    private func untilCompared(_ payment: String, on system: RunningSystem) async throws {
        try await system.changeCapture(payment, by: 1)
        _ = try await self.reason(of: payment, on: system)
    }
}
