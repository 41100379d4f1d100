import Identifiers
import Messages
import PaymentService
import PrometheusMetrics
import RPC
import Stubs
import TLS
import TestKit
import Testing

@Suite("An ended payment from memory", .timeLimit(.minutes(5)))
struct EndedPaymentTests {
    /// Runs a world with a second payment service on its database.
    private static func run(
        _ body:
            @escaping @Sendable (PaymentWorld, PaymentServiceClient, PrometheusMetrics)
            async throws -> Void
    ) async throws {
        try await PaymentWorld.run { world in
            let metrics = PrometheusMetrics()
            try await withService(
                PaymentProcess.self, clock: world.clock, exposition: metrics,
                database: world.database
            ) { other in
                try await body(world, PaymentServiceClient(try other.channel(as: .client)), metrics)
            }
        }
    }

    private static func lookups(_ result: String, _ metrics: PrometheusMetrics) -> Int {
        let line = String(decoding: metrics.render(), as: UTF8.self).split(separator: "\n").first {
            $0.hasPrefix("florin_cache_lookups_total{") && $0.contains("cache=\"payments\"")
                && $0.contains("result=\"\(result)\"")
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    @Test("Is read whole once for each version, and lookups are counted")
    func counted() async throws {
        try await Self.run { world, other, metrics in
            let id = try await world.paid()
            for _ in 0..<10 { _ = try await other.getPayment(.init(paymentID: id)) }
            #expect(Self.lookups("miss", metrics) == 1)
            #expect(Self.lookups("hit", metrics) == 9)
            _ = try await world.client.updatePayment(
                .init(paymentID: id, fields: ["description"], description: "new"))
            for _ in 0..<2 { _ = try await other.getPayment(.init(paymentID: id)) }
            #expect(Self.lookups("miss", metrics) == 2)
            #expect(Self.lookups("hit", metrics) == 10)
        }
    }

    @Test("Shows at once whatever another replica has changed")
    func current() async throws {
        try await Self.run { world, other, metrics in
            let id = try await world.paid()
            let saga = TestSaga()
            let (refund, given) = (newRefundID(), newRefundID())
            let changes: [(String, @Sendable () async throws -> Void)] = [
                ("nothing", {}),
                (
                    "a refund set aside",
                    {
                        _ = try await world.reserve(saga, id, refund: refund, 10_00)
                    }
                ),
                (
                    "the refund given",
                    {
                        _ = try await world.orchestrator.applyRefund(
                            .init(
                                operation: saga.action("apply"), paymentID: id,
                                refundID: refund.description))
                    }
                ),
                (
                    "a refund set aside and released",
                    {
                        let saga = TestSaga()
                        _ = try await world.reserve(saga, id, refund: given, 5_00)
                        _ = try await world.orchestrator.releaseRefund(
                            .init(
                                operation: saga.compensation("reserve"), paymentID: id,
                                refundID: given.description))
                    }
                ),
                (
                    "frozen",
                    {
                        _ = try await world.orchestrator.freezePayment(
                            .init(paymentID: id, reason: "why"))
                    }
                ),
                (
                    "unfrozen",
                    {
                        _ = try await world.operators.unfreezePayment(
                            .init(paymentID: id, reason: "looked at"))
                    }
                ),
                (
                    "another description",
                    {
                        _ = try await world.client.updatePayment(
                            .init(paymentID: id, fields: ["description"], description: "new"))
                    }
                ),
            ]
            for (what, change) in changes {
                // In memory when it changes.
                _ = try await other.getPayment(.init(paymentID: id))
                try await change()
                let shown = try await other.getPayment(.init(paymentID: id))
                let listed = try await other.listPayments(.init()).payments.first
                #expect(shown.payment == listed, "after \(what)")
                let events = try await world.get(id).events
                #expect(shown.events == events, "after \(what)")
            }
            #expect(Self.lookups("hit", metrics) > changes.count)
        }
    }

    @Test("A payment on its way is read whole each time")
    func underWay() async throws {
        try await Self.run { world, other, metrics in
            let id = try await world.held()
            for _ in 0..<3 { _ = try await other.getPayment(.init(paymentID: id)) }
            #expect(Self.lookups("hit", metrics) == 0)
            let missing = await refusal { () throws(RPCError) in
                try await other.getPayment(
                    .init(paymentID: "pi_01m8kbyw55f7drwxq9tg5ja992"))
            }
            #expect(missing?.code == .notFound)
        }
    }
}
