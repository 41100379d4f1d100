import Identifiers
import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("The payment service for sagas, over RPC", .timeLimit(.minutes(5)))
struct PaymentSagaTests {
    @Test("Takes a payment, and tells repeats what it told before")
    func process() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create().id
            let saga = TestSaga()
            let begun = try await world.begin(saga, id)
            #expect(begun.payment?.status == .processing)
            #expect(begun.payment?.activeSagaID == saga.id.description)
            #expect(try await world.begin(saga, id) == begun)
            let authorized = try await world.authorize(saga, id)
            #expect(authorized.outcome == .approved)
            #expect(authorized.acquirerReference == "\(id)/\(saga.id)/authorize")
            #expect(try await world.authorize(saga, id) == authorized)
            let captured = try await world.capture(saga, id)
            #expect(captured.outcome == .approved)
            #expect(captured.payment?.status == .succeeded)
            #expect(captured.payment?.amountReceived == 100_00)
            #expect(captured.payment?.latestCharge?.captured == true)
            #expect(captured.payment?.activeSagaID == "")
            #expect(try await world.capture(saga, id) == captured)
            #expect(
                try await world.get(id).events.map(\.type) == [
                    "payment_intent.created", "payment_intent.processing", "charge.succeeded",
                    "payment_intent.succeeded",
                ])
            #expect(try await world.get(id).events.map(\.sequence) == [1, 2, 3, 4])
            #expect(try await world.effects().map(\.kind) == [.capture, .authorize])
        }
    }

    @Test("A decline is an answer; failing the attempt keeps its charge and asks for another card")
    func decline() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create(
                method: "pm_card_visa_chargeDeclinedInsufficientFunds"
            ).id
            let saga = TestSaga()
            let begun = try await world.begin(saga, id)
            let declined = try await world.authorize(saga, id)
            #expect(declined.outcome == .declined)
            #expect(declined.failure?.code == "card_declined")
            #expect(declined.failure?.declineCode == "insufficient_funds")
            let failed = try await world.fail(saga, id)
            #expect(failed?.status == .requiresPaymentMethod)
            #expect(failed?.lastFailure?.chargeID == begun.chargeID)
            #expect(failed?.latestCharge?.status == .failed)
            #expect(failed?.activeSagaID == "")
        }
    }

    @Test("The customer's authentication is asked for")
    func requiresAction() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create(method: "pm_card_authenticationRequired").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            let answer = try await world.authorize(saga, id)
            #expect(answer.outcome == .requiresAction)
            #expect(answer.nextAction == "authenticate")
            #expect(answer.failure?.code == "authentication_required")
        }
    }

    @Test("Only one of two sagas gets the payment, and two captures take the money once")
    func races() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            let sagas = [TestSaga(), TestSaga()]
            let refusals = await withTaskGroup(of: RPCError?.self) { tasks in
                for saga in sagas {
                    tasks.addTask {
                        await refusal { () throws(RPCError) in
                            try await world.begin(saga, id, .capture, capture: 40_00)
                        }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.count { $0?.reason == .paymentBusy } == 1)
            let active = try await world.get(id).payment?.activeSagaID
            let winner = try #require(sagas.first { $0.id.description == active })
            let outcomes = try await withThrowingTaskGroup(
                of: PaymentV1.AcquirerOutcome.self
            ) { tasks in
                for _ in 0..<4 {
                    tasks.addTask { try await world.capture(winner, id, 40_00).outcome }
                }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(outcomes.isSubset(of: [.approved, .inDoubt]))
            let captured = try await world.capture(winner, id, 40_00)
            #expect(captured.outcome == .approved)
            #expect(captured.payment?.status == .succeeded)
            #expect(captured.payment?.amountCapturable == 0)
            let captures = try await world.effects().filter { $0.kind == .capture }
            #expect(captures.map(\.amount?.minorUnits) == [40_00])
        }
    }

    @Test("Hands a capture the terms the money was held on, and cancels by voiding it")
    func holdAndCancel() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            let saga = TestSaga()
            let begun = try await world.begin(saga, id, .cancel)
            #expect(begun.terms?.feeBasisPoints == 290)
            let voided = try await world.orchestrator.void(
                PaymentV1.VoidRequest(operation: saga.action("void"), paymentID: id))
            #expect(voided.outcome == .approved)
            #expect(voided.acquirerReference == "\(id)/\(saga.id)/void")
            let canceled = try await world.cancel(saga, id)
            #expect(canceled?.status == .canceled)
            #expect(canceled?.cancellationReason == "abandoned")
            #expect(try await world.effects().map(\.kind) == [.void, .authorize])
            let final = await refusal { () throws(RPCError) in
                try await world.begin(TestSaga(), id)
            }
            #expect(final?.reason == .paymentIntentUnexpectedState)
            #expect(final?.metadata["status"] == "canceled")
        }
    }

    @Test("A compensation before its action blocks it; there is nothing to undo")
    func compensationFirst() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.create().id
            let saga = TestSaga()
            #expect(try await world.fail(saga, id) == nil)
            let late = await refusal { () throws(RPCError) in try await world.begin(saga, id) }
            #expect(late?.reason == .operationBlocked)
            let other = TestSaga()
            _ = try await world.begin(other, id)
            #expect(try await world.void(other, id).outcome == .approved)
            let blocked = await refusal { () throws(RPCError) in
                try await world.authorize(other, id)
            }
            #expect(blocked?.reason == .operationBlocked)
            #expect(try await world.effects().isEmpty)
        }
    }

    @Test("A lower epoch is refused, and a repeat that asks for something else")
    func guards() async throws {
        try await PaymentWorld.run { world in
            let id = try await world.held()
            var saga = TestSaga()
            saga.epoch = 2
            _ = try await world.begin(saga, id, .capture, capture: 10_00)
            let other = await refusal { () throws(RPCError) in
                try await world.begin(saga, id, .capture, capture: 20_00)
            }
            #expect(other?.reason == .operationMismatch)
            saga.epoch = 1
            let stale = await refusal { () throws(RPCError) in
                try await world.capture(saga, id, 10_00)
            }
            #expect(stale?.code == .aborted)
            #expect(stale?.reason == .staleEpoch)
            #expect(try await world.effects().map(\.kind) == [.authorize])
        }
    }

    @Test("Refuses operations that do not hold, and leaves no row")
    func badOperations() async throws {
        try await PaymentWorld.run { world in
            let id = SystemIdentifierSource().next(PaymentKind.self).description
            let saga = TestSaga()
            var wrongSaga = saga.action("begin")
            wrongSaga.sagaID = "pi_1"
            var noEpoch = saga.action("begin")
            noEpoch.epoch = 0
            let cases: [(String, PaymentV1.BeginAttemptRequest)] = [
                ("operation", .init(paymentID: id, intent: .process)),
                ("operation.saga_id", .init(operation: wrongSaga, paymentID: id, intent: .process)),
                ("operation.epoch", .init(operation: noEpoch, paymentID: id, intent: .process)),
                (
                    "operation.step",
                    .init(operation: saga.action(""), paymentID: id, intent: .process)
                ),
                (
                    "operation.kind",
                    .init(operation: saga.compensation("begin"), paymentID: id, intent: .process)
                ),
                ("payment_id", .init(operation: saga.action("begin"), intent: .process)),
                ("intent", .init(operation: saga.action("begin"), paymentID: id)),
                (
                    "capture_amount",
                    .init(
                        operation: saga.action("begin"), paymentID: id, intent: .process,
                        captureAmount: 1)
                ),
            ]
            for (field, request) in cases {
                let error = await refusal { () throws(RPCError) in
                    try await world.orchestrator.beginAttempt(request)
                }
                #expect(error?.violations.map(\.field) == [field])
            }
            let missing = await refusal { () throws(RPCError) in try await world.begin(saga, id) }
            #expect(missing?.code == .notFound)
            let rows = try await world.rows()
            #expect(rows == 0)
        }
    }
}
