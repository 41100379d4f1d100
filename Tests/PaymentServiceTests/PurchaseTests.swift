import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("Purchases, over RPC", .timeLimit(.minutes(5)))
struct PurchaseTests {
    @Test("Takes the money in one operation, tells repeats what it told before, and is refunded")
    func purchase() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create().id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            let purchased = try await world.purchase(saga, id)
            #expect(purchased.outcome == .approved)
            #expect(purchased.acquirerReference == "\(id)/\(saga.id)/capture")
            #expect(purchased.payment?.status == .succeeded)
            #expect(purchased.payment?.amountReceived == 100_00)
            #expect(purchased.payment?.latestCharge?.captured == true)
            #expect(purchased.payment?.activeSagaID == "")
            #expect(try await world.purchase(saga, id) == purchased)
            #expect(
                try await world.get(id).events.map(\.type) == [
                    "payment_intent.created", "payment_intent.processing", "charge.succeeded",
                    "payment_intent.succeeded",
                ])
            #expect(try await world.effects().map(\.kind) == [.purchase])
        }
    }

    @Test("A decline and a customer who has to act are answers, and take nothing")
    func refusals() async throws {
        try await PaymentWorld.run { world in
            let declined = try await world.create(
                method: "pm_card_visa_chargeDeclinedInsufficientFunds"
            ).id
            let saga = TestSaga()
            _ = try await world.begin(saga, declined)
            let answer = try await world.purchase(saga, declined)
            #expect(answer.outcome == .declined)
            #expect(answer.failure?.declineCode == "insufficient_funds")
            #expect(answer.nextAction == "")
            #expect(answer.payment == nil)
            #expect(try await world.fail(saga, declined)?.status == .requiresPaymentMethod)

            let stopped = try await world.create(
                key: "two", method: "pm_card_authenticationRequired"
            ).id
            let second = TestSaga()
            _ = try await world.begin(second, stopped)
            let asked = try await world.purchase(second, stopped)
            #expect(asked.outcome == .requiresAction)
            #expect(asked.nextAction == "authenticate")
            #expect(asked.failure?.code == "authentication_required")
        }
    }

    @Test("Refuses manual capture, what was set aside already, and a request without settlement")
    func badInput() async throws {
        try await PaymentWorld.run { world in
            let manual = try await world.create(capture: .manual).id
            let saga = TestSaga()
            _ = try await world.begin(saga, manual)
            let error = await #expect(throws: RPCError.self) {
                try await world.purchase(saga, manual)
            }
            #expect(error?.reason == .paymentIntentUnexpectedState)

            let aside = try await world.create(key: "two").id
            let second = TestSaga()
            _ = try await world.begin(second, aside)
            _ = try await world.authorize(second, aside)
            let late = await #expect(throws: RPCError.self) {
                try await world.purchase(second, aside)
            }
            #expect(late?.reason == .paymentIntentUnexpectedState)
            let unsettled = await #expect(throws: RPCError.self) {
                try await world.orchestrator.purchase(
                    PaymentV1.PurchaseRequest(
                        operation: second.action("capture"), paymentID: aside))
            }
            #expect(unsettled?.violations.map(\.field) == ["settlement"])
            #expect(try await world.effects().map(\.kind) == [.authorize])
        }
    }

    @Test("Never answered: in doubt, then settled by a query, and taken once")
    func neverAnswers() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_neverAnswers").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            #expect(try await world.purchase(saga, id).outcome == .inDoubt)
            let settled = try await world.purchase(saga, id)
            #expect(settled.outcome == .approved)
            #expect(settled.payment?.status == .succeeded)
            #expect(try await world.effects().map(\.kind) == [.purchase])
        }
    }

    @Test("Lost: in doubt within the acquirer's window, declined for sure after it")
    func lost() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_requestLost").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            #expect(try await world.purchase(saga, id).outcome == .inDoubt)
            world.clock.advance(by: InDoubtTests.windowOver)
            let declined = try await world.purchase(saga, id)
            #expect(declined.outcome == .declined)
            #expect(declined.failure?.code == "acquirer_unreachable")
            #expect(try await world.effects().isEmpty)
        }
    }
}
