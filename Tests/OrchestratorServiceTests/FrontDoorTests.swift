import Identifiers
import Messages
import Postgres
import RPC
import Stubs
import TLS
import TestKit
import Testing

@testable import OrchestratorService

/// An orchestrator among scripted participants, asked by a client and an operator.
private struct Scene: Sendable {
    let participants: ScriptedParticipants
    let client: OrchestratorServiceClient
    let admin: SagaAdminServiceClient
    let database: EphemeralDatabase

    static func with(
        settings: [String: String] = [:], _ body: @Sendable (Scene) async throws -> Void
    ) async throws {
        try await ScriptedParticipants.with { participants in
            try await withService(
                Orchestrator.self, peers: participants.peers, settings: settings
            ) { service in
                try await body(
                    Scene(
                        participants: participants,
                        client: OrchestratorServiceClient(try service.channel(as: .client)),
                        admin: SagaAdminServiceClient(try service.channel(as: .operator)),
                        database: service.database))
            }
        }
    }

    func process(_ key: String = "key") async throws -> SagaV1.ProcessPaymentResponse {
        try await client.processPayment(
            SagaV1.ProcessPaymentRequest(
                idempotencyKey: key, paymentID: PaymentV1.Payment.paymentID))
    }

    func countSagas() async throws -> Int64 {
        try await database.pool().query("SELECT count(*) FROM sagas")[0].int64(0)
    }
}

extension SagaV1.Saga {
    fileprivate var story: [String] { steps.map { "\($0.name) \($0.status)" } }
}

@Suite("Front door", .timeLimit(.minutes(3)))
struct FrontDoorTests {
    @Test("Processes a payment step by step")
    func process() async throws {
        try await Scene.with { scene in
            let answer = try await scene.process()
            #expect(answer.saga?.status == .succeeded)
            #expect(answer.payment?.status == .succeeded)
            #expect(
                scene.participants.calls == [
                    "BeginAttempt", "CreateTransfers", "Purchase", "CreateTransfers",
                ])
            #expect(
                answer.saga?.story == [
                    "begin succeeded", "lock_quote skipped_empty", "hold succeeded",
                    "authorize skipped_empty", "capture succeeded", "post succeeded",
                    "consume_quote skipped_empty",
                ])
            let chains = try scene.participants.requests(
                "CreateTransfers", as: LedgerV1.CreateTransfersRequest.self)
            #expect(chains[0].transfers.map(\.amount) == [10_000, 290])
            #expect(chains[0].transfers.map(\.flags) == [3, 2], "linked and pending; pending")
            #expect(chains[1].transfers.map(\.flags) == [5, 4], "linked and post; post")
            #expect(chains[1].transfers.map(\.pendingID) == chains[0].transfers.map(\.id))
            let purchase = try scene.participants.requests(
                "Purchase", as: PaymentV1.PurchaseRequest.self)[0]
            #expect(purchase.settlement?.gross?.minorUnits == 10_000)
            #expect(purchase.settlement?.net == 9_710)
        }
    }

    @Test("Settles in another currency at a locked quote")
    func exchange() async throws {
        try await Scene.with { scene in
            scene.participants.answer(
                "BeginAttempt",
                with: PaymentV1.BeginAttemptResponse(payment: .dollarsForEuros))
            let answer = try await scene.process()
            #expect(answer.saga?.status == .succeeded)
            let calls = scene.participants.calls
            #expect(
                calls.prefix(4) == ["BeginAttempt", "LockQuote", "CreateTransfers", "Purchase"])
            #expect(calls.dropFirst(4).sorted() == ["ConsumeQuote", "CreateTransfers"])
            let hold = try scene.participants.requests(
                "CreateTransfers", as: LedgerV1.CreateTransfersRequest.self)[0]
            #expect(hold.transfers.map(\.currency) == ["USD", "EUR", "EUR", "EUR"])
            #expect(hold.transfers.map(\.amount) == [10_000, 9_219, 46, 267])
        }
    }

    @Test("A manual capture holds the money and hands over the terms")
    func manual() async throws {
        try await Scene.with { scene in
            var payment = PaymentV1.Payment.dollars
            payment.captureMethod = .manual
            scene.participants.answer(
                "BeginAttempt", with: PaymentV1.BeginAttemptResponse(payment: payment))
            let answer = try await scene.process()
            #expect(answer.payment?.status == .requiresCapture)
            #expect(
                scene.participants.calls == [
                    "BeginAttempt", "CreateTransfers", "Authorize", "Hold",
                ])
            let hold = try scene.participants.requests("Hold", as: PaymentV1.HoldRequest.self)[0]
            #expect(hold.terms?.holdSagaID == answer.saga?.id)
            #expect(hold.terms?.amount == 10_000)
            #expect(hold.terms?.feeBasisPoints == 290)
        }
    }

    @Test("A capture of a part posts its share of what an earlier saga held")
    func capture() async throws {
        try await Scene.with { scene in
            let holder = SystemIdentifierSource().next(SagaKind.self)
            scene.participants.answer(
                "BeginAttempt",
                with: PaymentV1.BeginAttemptResponse(
                    payment: .dollars, captureAmount: 4_000,
                    terms: PaymentV1.HoldTerms(
                        holdSagaID: holder.description, amount: 10_000, feeBasisPoints: 290)))
            let answer = try await scene.client.capturePayment(
                SagaV1.CapturePaymentRequest(
                    idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID,
                    amount: .init(minorUnits: 4_000, currency: "USD")))
            #expect(answer.saga?.status == .succeeded)
            let post = try scene.participants.requests(
                "CreateTransfers", as: LedgerV1.CreateTransfersRequest.self)[0]
            #expect(post.transfers.map(\.amount) == [4_000, 116])
            #expect(
                post.transfers.map(\.pendingID) == [
                    .init(holder.transferID(step: 1, line: 0)),
                    .init(holder.transferID(step: 1, line: 1)),
                ])
        }
    }

    @Test("Canceling a payment that holds nothing asks neither acquirer nor ledger")
    func cancel() async throws {
        try await Scene.with { scene in
            let answer = try await scene.client.cancelPayment(
                SagaV1.CancelPaymentRequest(
                    idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID,
                    reason: "abandoned"))
            #expect(answer.saga?.status == .succeeded)
            #expect(scene.participants.calls == ["BeginAttempt", "Cancel"])
        }
    }

    @Test("A refund goes the way back")
    func refund() async throws {
        try await Scene.with { scene in
            let answer = try await scene.client.refundPayment(
                SagaV1.RefundPaymentRequest(
                    idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID))
            #expect(answer.saga?.status == .succeeded)
            #expect(answer.saga?.merchantID == "acme")
            #expect(answer.refund?.status == .succeeded)
            let calls = scene.participants.calls
            #expect(calls.first == "ReserveRefund" && calls.last == "refund.Complete")
            #expect(calls[1...2].sorted() == ["CreateTransfers", "refund.Open"])
            #expect(calls[3] == "refund.Submit")
            #expect(calls[4...5].sorted() == ["ApplyRefund", "CreateTransfers"])
        }
    }
}

@Suite("Failures at the front door", .timeLimit(.minutes(3)))
struct FrontDoorFailureTests {
    @Test("A decline is undone step by step, and is an answer")
    func decline() async throws {
        try await Scene.with { scene in
            scene.participants.answerOnce(
                "Purchase",
                with: PaymentV1.PurchaseResponse(
                    outcome: .declined,
                    failure: .init(code: "card_declined", declineCode: "lost_card")))
            let answer = try await scene.process()
            #expect(answer.saga?.status == .compensated)
            #expect(answer.saga?.failure?.step == "capture")
            #expect(answer.saga?.failure?.declineCode == "lost_card")
            #expect(
                scene.participants.calls == [
                    "BeginAttempt", "CreateTransfers", "Purchase", "undo hold: CreateTransfers",
                    "undo begin: Fail",
                ])
            #expect(
                answer.saga?.story.prefix(5) == [
                    "begin compensated", "lock_quote skipped_empty", "hold compensated",
                    "authorize skipped_empty", "capture failed",
                ])
            let fail = try scene.participants.requests("Fail", as: PaymentV1.FailRequest.self)[0]
            #expect(fail.failure?.code == "card_declined")
        }
    }

    @Test(
        "What the customer has to do first is told to the payment",
        arguments: [PaymentV1.CaptureMethod.automatic, .manual])
    func requiresAction(method: PaymentV1.CaptureMethod) async throws {
        try await Scene.with { scene in
            var payment = PaymentV1.Payment.dollars
            payment.captureMethod = method
            scene.participants.answer(
                "BeginAttempt", with: PaymentV1.BeginAttemptResponse(payment: payment))
            scene.participants.answer(
                "Authorize",
                with: PaymentV1.AuthorizeResponse(
                    outcome: .requiresAction, nextAction: "authenticate"))
            scene.participants.answer(
                "Purchase",
                with: PaymentV1.PurchaseResponse(
                    outcome: .requiresAction, nextAction: "authenticate"))
            let answer = try await scene.process()
            #expect(answer.saga?.failure?.code == "authentication_required")
            let fail = try scene.participants.requests("Fail", as: PaymentV1.FailRequest.self)[0]
            #expect(fail.nextAction == "authenticate")
        }
    }

    @Test("What has no certain answer is repeated under the same operation")
    func unknown() async throws {
        try await Scene.with { scene in
            scene.participants.failOnce("Purchase", with: .unavailable("away"))
            scene.participants.failOnce("Purchase", with: .internal())
            scene.participants.answerOnce(
                "Purchase", with: PaymentV1.PurchaseResponse(outcome: .inDoubt))
            let answer = try await scene.process()
            #expect(answer.saga?.status == .succeeded)
            let purchases = try scene.participants.requests(
                "Purchase", as: PaymentV1.PurchaseRequest.self)
            #expect(purchases.count == 4)
            #expect(Set(purchases.map(\.operation?.sagaID)).count == 1)
            #expect(answer.saga?.steps.first { $0.name == "capture" }?.attempts == 4)
        }
    }

    @Test("A first step that refuses is an error, and leaves no trace")
    func refusedAtOnce() async throws {
        try await Scene.with { scene in
            let busy = RPCError.failedPrecondition(.paymentBusy, "a saga is at work on it")
            scene.participants.failOnce("BeginAttempt", with: busy)
            let error = await #expect(throws: RPCError.self) { try await scene.process() }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.reason == .paymentBusy)
            let count = try await scene.countSagas()
            #expect(count == 0)
            let again = try await scene.process()
            #expect(again.saga?.status == .succeeded, "the key is free")
        }
    }

    @Test("A chain that the ledger refuses is undone")
    func ledgerRefuses() async throws {
        try await Scene.with { scene in
            scene.participants.answerOnce(
                "CreateTransfers",
                with: LedgerV1.CreateTransfersResponse(
                    results: [.linkedEventFailed, .exceedsCredits]))
            let answer = try await scene.process()
            #expect(answer.saga?.status == .compensated)
            #expect(answer.saga?.failure?.code == "balance_insufficient")
            #expect(
                scene.participants.calls == ["BeginAttempt", "CreateTransfers", "undo begin: Fail"])
        }
    }

    @Test("A repeat joins the first call's saga; other content under its key is refused")
    func idempotency() async throws {
        try await Scene.with { scene in
            let first = try await scene.process()
            let second = try await scene.process()
            #expect(first.saga == second.saga)
            let error = await #expect(throws: RPCError.self) {
                try await scene.client.cancelPayment(
                    SagaV1.CancelPaymentRequest(
                        idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID))
            }
            #expect(error?.code == .alreadyExists)
            #expect(error?.reason == .idempotencyError)
            let count = try await scene.countSagas()
            #expect(count == 1)
        }
    }

    @Test("Whoever stops waiting is answered with the running saga, which goes on")
    func patience() async throws {
        try await Scene.with { scene in
            scene.participants.fail("Purchase", with: .unavailable("away"))
            let answer = try await scene.client.processPayment(
                SagaV1.ProcessPaymentRequest(
                    idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID),
                options: CallOptions(timeout: .seconds(2)))
            #expect(answer.saga?.status == .running)
            scene.participants.recover("Purchase")
            let id = try #require(answer.saga?.id)
            var saga = answer.saga
            while saga?.status == .running {
                saga = try await scene.client.getSaga(SagaV1.GetSagaRequest(sagaID: id)).saga
            }
            #expect(saga?.status == .succeeded)
        }
    }

    @Test(
        "Bad input names its field and leaves no trace",
        arguments: [
            ("idempotency_key", "", PaymentV1.Payment.paymentID, 1, "USD", ""),
            ("payment_id", "key", "pi_wrong", 1, "USD", ""),
            ("amount.minor_units", "key", PaymentV1.Payment.paymentID, 0, "USD", ""),
            ("amount.minor_units", "key", PaymentV1.Payment.paymentID, -5, "USD", ""),
            ("amount.currency", "key", PaymentV1.Payment.paymentID, 1, "XQX", ""),
            ("amount.currency", "key", PaymentV1.Payment.paymentID, 1, "EUR", ""),
            ("reason", "key", PaymentV1.Payment.paymentID, 1, "USD", "boredom"),
        ])
    func badInput(
        field: String, key: String, payment: String, units: Int64, currency: String, reason: String
    ) async throws {
        try await Scene.with { scene in
            let error = await #expect(throws: RPCError.self) {
                try await scene.client.refundPayment(
                    SagaV1.RefundPaymentRequest(
                        idempotencyKey: key, paymentID: payment,
                        amount: .init(minorUnits: units, currency: currency), reason: reason))
            }
            #expect(error?.code == .invalidArgument)
            #expect(error?.violations.first?.field == field)
            let count = try await scene.countSagas()
            #expect(count == 0)
            #expect(scene.participants.calls.isEmpty)
        }
    }

    @Test("Operators list and show sagas; others may not")
    func admin() async throws {
        try await Scene.with { scene in
            let first = try await scene.process("1").saga
            let second = try await scene.process("2").saga
            let page = try await scene.admin.listSagas(
                SagaV1.ListSagasRequest(page: .init(limit: 1)))
            #expect(page.sagas == [second].compactMap { $0 })
            let rest = try await scene.admin.listSagas(
                SagaV1.ListSagasRequest(
                    page: .init(limit: 1, cursor: page.page?.nextCursor ?? ""),
                    status: .succeeded, kind: "process_payment",
                    paymentID: PaymentV1.Payment.paymentID))
            #expect(rest.sagas == [first].compactMap { $0 })
            #expect(rest.page?.nextCursor == "")
            let shown = try await scene.admin.showSaga(
                SagaV1.ShowSagaRequest(sagaID: first?.id ?? ""))
            #expect(shown.saga == first)
            #expect(shown.events.map(\.type).suffix(2) == ["skipped", "saga_succeeded"])
            #expect(shown.events.map(\.sequence) == Array(1...Int64(shown.events.count)))
            let unknown = SystemIdentifierSource().next(SagaKind.self).description
            let error = await #expect(throws: RPCError.self) {
                try await scene.client.getSaga(SagaV1.GetSagaRequest(sagaID: unknown))
            }
            #expect(error?.code == .notFound)
        }
    }

    @Test("Payments whose capture is overdue are canceled as expired")
    func expiry() async throws {
        try await Scene.with(settings: ["expiry-interval": "100ms"]) { scene in
            var payment = PaymentV1.Payment.dollars
            payment.captureBeforeUs = 1
            scene.participants.answerOnce(
                "ListPayments", with: PaymentV1.ListPaymentsResponse(payments: [payment]))
            while !scene.participants.calls.contains("Cancel") { await Task.yield() }
            let cancel = try scene.participants.requests(
                "Cancel", as: PaymentV1.CancelRequest.self)[0]
            #expect(cancel.reason == "expired")
        }
    }
}
