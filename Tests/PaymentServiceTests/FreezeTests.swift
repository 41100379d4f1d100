import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("A frozen payment", .timeLimit(.minutes(5)))
struct FreezeTests {
    @Test("Nothing is begun with it until it is unfrozen; the first reason stays")
    func frozen() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            for reason in ["the first", "a later one"] {
                let answer = try await world.orchestrator.freezePayment(
                    .init(paymentID: id, reason: reason))
                #expect(answer.payment?.frozenReason == "the first")
            }
            for intent in [PaymentV1.AttemptIntent.capture, .cancel, .process] {
                let refused = await refusal { () throws(RPCError) in
                    try await world.begin(TestSaga(), id, intent)
                }
                #expect(refused?.code == .failedPrecondition)
                #expect(refused?.reason == .paymentFrozen)
                #expect(refused?.message.contains("the first") == true)
            }
            let other = try await world.create(key: "other")
            let listed = try await world.client.listPayments(.init(onlyFrozen: true)).payments
            #expect(listed.map(\.id) == [id])
            #expect(try await world.client.listPayments(.init()).payments.count == 2)
            #expect(other.frozenReason.isEmpty)
            let notAllowed = await refusal { () throws(RPCError) in
                try await world.orchestrator.unfreezePayment(.init(paymentID: id, reason: "x"))
            }
            #expect(notAllowed?.code == .permissionDenied)
            let answer = try await world.operators.unfreezePayment(
                .init(paymentID: id, reason: "looked at"))
            #expect(answer.payment?.frozenReason == "")
            let again = try await world.operators.unfreezePayment(
                .init(paymentID: id, reason: "looked at"))
            #expect(again.payment == answer.payment)
            _ = try await world.begin(TestSaga(), id, .capture)
            let events = try await world.get(id).events.map(\.type)
            #expect(events.count { $0 == "payment_intent.frozen" } == 1)
            #expect(events.count { $0 == "payment_intent.unfrozen" } == 1)
        }
    }

    @Test("No refund of it is set aside")
    func refunds() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.paid()
            _ = try await world.orchestrator.freezePayment(.init(paymentID: id, reason: "why"))
            let refused = await refusal { () throws(RPCError) in
                try await world.reserve(TestSaga(), id, refund: newRefundID(), 10_00)
            }
            #expect(refused?.reason == .paymentFrozen)
        }
    }

    @Test("A saga at work on it goes on")
    func atWork() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            let saga = TestSaga()
            _ = try await world.begin(saga, id, .cancel)
            _ = try await world.orchestrator.freezePayment(.init(paymentID: id, reason: "why"))
            _ = try await world.void(saga, id)
            _ = try await world.cancel(saga, id)
            #expect(try await world.get(id).payment?.status == .canceled)
            #expect(try await world.get(id).payment?.frozenReason == "why")
        }
    }

    @Test("A reason is needed", arguments: ["", "a\0b", String(repeating: "x", count: 501)])
    func reason(text: String) async throws {
        try await PaymentWorld.run { world in
            let id = try await world.paid()
            let refused = await refusal { () throws(RPCError) in
                try await world.orchestrator.freezePayment(.init(paymentID: id, reason: text))
            }
            #expect(refused?.violations.map(\.field) == ["reason"])
        }
    }
}
