import Messages
import Postgres
import RPC
import Stubs
import TestKit
import Testing

@testable import OrchestratorService

@Suite("What operators order", .timeLimit(.minutes(3)))
struct OperatorTests {
    @Test("A paused saga does nothing until it is resumed, and then goes on where it was")
    func pauses() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let paused = try await scene.first.pauseSaga(
                SagaV1.PauseSagaRequest(sagaID: saga.id, reason: "look first"))
            #expect(paused.saga?.status == .paused)
            let effects = paused.effects.map { "\($0.step) \($0.isCertain ? "done" : "possible")" }
            // Whoever drove it may have gone on at this moment, up to what has to be stored first.
            #expect(
                effects == [
                    "begin done", "hold done", "capture possible", "post possible",
                    "consume_quote possible",
                ])
            let again = await scene.refusal {
                _ = try await scene.first.pauseSaga(
                    SagaV1.PauseSagaRequest(sagaID: saga.id, reason: "again"))
            }
            #expect(again == "saga_unexpected_state")
            scene.participants.answer(
                "Purchase", with: PaymentV1.PurchaseResponse(outcome: .approved))
            #expect(try await scene.show(saga.id).status == .paused)
            _ = try await scene.first.resumeSaga(
                SagaV1.ResumeSagaRequest(sagaID: saga.id, reason: "looked"))
            #expect(try await scene.comes(saga.id, to: .succeeded))
            #expect(try await scene.log() == ["pause done", "resume done"])
        }
    }

    @Test("A stop takes two operators, tells what remains, and is the end")
    func stops() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let wish = try await scene.first.stopSaga(
                SagaV1.StopSagaRequest(sagaID: saga.id, reason: "the acquirer is gone"))
            let id = wish.request?.id ?? ""
            #expect(wish.effects.map(\.step).contains("capture"))
            #expect(try await scene.show(saga.id).status == .running, "nothing has happened")
            let approve = SagaV1.ApproveRequestRequest(requestID: id)
            let alone = await scene.refusal { _ = try await scene.first.approveRequest(approve) }
            #expect(alone == "approval_by_requester")
            let open = try await scene.second.listRequests(SagaV1.ListRequestsRequest())
            #expect(open.requests.map(\.id) == [id])
            let done = try await scene.second.approveRequest(approve)
            #expect(done.saga?.status == .stopped)
            #expect(done.request?.approvedBy.hasPrefix("bob/") == true, "bob is in the certificate")
            #expect(done.effects.map(\.step).prefix(3) == ["begin", "hold", "capture"])
            let twice = await scene.refusal { _ = try await scene.second.approveRequest(approve) }
            #expect(twice == "approval_given")
            let late = await scene.refusal {
                _ = try await scene.first.resumeSaga(
                    SagaV1.ResumeSagaRequest(sagaID: saga.id, reason: "no"))
            }
            #expect(late == "saga_unexpected_state")
            #expect(try await scene.show(saga.id).endedAtUs > 0)
            #expect(
                try await scene.log() == [
                    "stop requested", "approve refused", "stop done", "approve refused",
                ])
            let left = try await scene.second.listRequests(SagaV1.ListRequestsRequest())
            #expect(left.requests.isEmpty)
        }
    }

    @Test("Evidence goes to the participant, and the saga goes on by its answer")
    func resolves() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let reference = "\(PaymentV1.Payment.paymentID)/\(saga.id)/capture"
            let wrong = await scene.refusal {
                _ = try await scene.first.resolveStep(
                    Self.resolution(of: saga.id, "pi_1/saga_1/capture"))
            }
            #expect(wrong == "invalid_argument")
            let wish = try await scene.first.resolveStep(Self.resolution(of: saga.id, reference))
            #expect(wish.request?.step == "capture")
            let approve = SagaV1.ApproveRequestRequest(requestID: wish.request?.id ?? "")
            scene.participants.failOnce(
                "SettleAttempt", with: .failedPrecondition(.evidenceContradicted, "declined"))
            let contradicted = await scene.refusal {
                _ = try await scene.second.approveRequest(approve)
            }
            #expect(contradicted == "evidence_contradicted")
            scene.participants.answer(
                "Purchase", with: PaymentV1.PurchaseResponse(outcome: .approved))
            let done = try await scene.second.approveRequest(approve)
            #expect(done.checkedByQuery)
            let told = try scene.participants.requests(
                "SettleAttempt", as: PaymentV1.SettleAttemptRequest.self)
            #expect(told.map(\.reference) == [reference, reference])
            #expect(told.last?.outcome == .approved)
            #expect(try await scene.comes(saga.id, to: .succeeded))
            #expect(
                try await scene.log() == [
                    "resolve requested", "resolve approved", "resolve refused", "resolve approved",
                    "resolve done",
                ])
        }
    }

    private static func resolution(
        of saga: String, _ reference: String
    ) -> SagaV1.ResolveStepRequest {
        SagaV1.ResolveStepRequest(
            sagaID: saga,
            evidence: SagaV1.Evidence(reference: reference, outcome: .approved),
            reason: "seen in the acquirer's portal")
    }

    @Test("A watched saga is told event by event until it rests, and from then on not at all")
    func watches() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let messages = try await scene.first.watchSaga(
                SagaV1.WatchSagaRequest(sagaID: saga.id), options: .init(timeout: .seconds(60)))
            var types: [String] = []
            var last = SagaV1.Saga()
            for try await message in messages {
                types += message.events.map { "\($0.step) \($0.type)" }
                last = message.saga ?? last
                // Only once the stream is under way does the acquirer know.
                scene.participants.answer(
                    "Purchase", with: PaymentV1.PurchaseResponse(outcome: .approved))
            }
            #expect(last.status == .succeeded)
            #expect(types.first == "begin succeeded" && types.last == " saga_succeeded")
            #expect(types.filter { $0 == "capture succeeded" }.count == 1, "nothing twice")
            let shown = try await scene.first.showSaga(SagaV1.ShowSagaRequest(sagaID: saga.id))
            #expect(types.count == shown.events.count)
            var later: [SagaV1.WatchSagaResponse] = []
            for try await message in try await scene.first.watchSaga(
                SagaV1.WatchSagaRequest(
                    sagaID: saga.id, afterSequence: shown.events.last?.sequence ?? 0))
            {
                later.append(message)
            }
            #expect(later.map(\.events.count) == [0])
        }
    }

    @Test("Figures come again and again, and only so many may watch")
    func watchesFigures() async throws {
        try await OperatorScene.with { scene in
            let request = SagaV1.WatchSagaStatsRequest(intervalMs: 100)
            var moments: [Int64] = []
            let figures = try await scene.first.watchSagaStats(request)
            for try await message in figures {
                moments.append(message.stats?.atUs ?? 0)
                if moments.count == 3 { break }
            }
            figures.cancel()
            #expect(moments.count == 3 && Set(moments).count == 3)
            let slow = SagaV1.WatchSagaStatsRequest(intervalMs: 99)
            let refusal = await scene.refusal {
                for try await _ in try await scene.first.watchSagaStats(slow) {}
            }
            #expect(refusal == "invalid_argument")
            var streams: [MessageReader<SagaV1.WatchSagaStatsResponse>] = []
            for _ in 0..<Watchers.most {
                streams.append(try await scene.first.watchSagaStats(request))
            }
            let refusalOfAnother: @Sendable () async -> String = {
                await scene.refusal {
                    let another = try await scene.second.watchSagaStats(request)
                    _ = try await another.next()
                    another.cancel()
                }
            }
            let isFull = try await eventually { await refusalOfAnother() == "overloaded" }
            #expect(isFull)
            for stream in streams { stream.cancel() }
            let hasRoom = try await eventually { await refusalOfAnother().isEmpty }
            #expect(hasRoom, "who goes makes room")
        }
    }

    @Test("A plan tells what would be undone, and is refused when the saga has moved on")
    func compensates() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "authorize")
            scene.participants.answer(
                "LookupTransfers", with: LedgerV1.LookupTransfersResponse.held)
            let ask = SagaV1.PlanCompensationRequest(sagaID: saga.id)
            let old = try #require(try await scene.first.planCompensation(ask).plan)
            #expect(old.undone.map(\.step) == ["authorize", "hold", "begin"])
            #expect(old.undone.map(\.waitsForDoubt) == [true, true, true])
            #expect(old.objection == "")
            #expect(old.movements.map(\.account) == ["acquirer", "merchant:acme"])
            #expect(old.movements.map(\.creditsReleased) == [0, 10_000])
            _ = try await scene.first.pauseSaga(
                SagaV1.PauseSagaRequest(sagaID: saga.id, reason: "hold still"))
            func apply(_ plan: SagaV1.CompensationPlan?) async -> String {
                await scene.refusal {
                    _ = try await scene.first.applyCompensation(
                        SagaV1.ApplyCompensationRequest(
                            sagaID: saga.id, planHash: plan?.hash ?? "", reason: "duplicate"))
                }
            }
            #expect(await apply(old) == "plan_outdated")
            let plan = try await scene.first.planCompensation(ask).plan
            scene.participants.answer(
                "Authorize", with: PaymentV1.AuthorizeResponse(outcome: .approved))
            #expect(await apply(plan) == "")
            #expect(try await scene.comes(saga.id, to: .compensated))
            let ended = try await scene.show(saga.id)
            #expect(ended.failure?.code == "ordered_by_operator")
            #expect(scene.participants.calls.contains("undo authorize: Void"))
            #expect(!scene.participants.calls.contains("Hold"))
            #expect(try await scene.log() == ["pause done", "compensate done"])
        }
    }

    @Test("A saga that began under the plan before purchases ends by that plan")
    func earlierPlan() async throws {
        try await OperatorScene.with { scene in
            scene.participants.fail("CreateTransfers", with: .unavailable("away"))
            let call = Task {
                _ = try? await scene.client.processPayment(
                    SagaV1.ProcessPaymentRequest(
                        idempotencyKey: "key", paymentID: PaymentV1.Payment.paymentID))
            }
            defer { call.cancel() }
            var id = ""
            let hasBegun = try await eventually {
                id =
                    try await scene.first.listSagas(SagaV1.ListSagasRequest()).sagas.first?.id ?? ""
                return scene.participants.calls.contains("CreateTransfers")
            }
            #expect(hasBegun)
            _ = try await scene.first.pauseSaga(
                SagaV1.PauseSagaRequest(sagaID: id, reason: "upgrade"))
            try await scene.database.ownerPool().query("UPDATE sagas SET definition_version = 1")
            scene.participants.recover("CreateTransfers")
            _ = try await scene.first.resumeSaga(
                SagaV1.ResumeSagaRequest(sagaID: id, reason: "upgraded"))
            #expect(try await scene.comes(id, to: .succeeded))
            #expect(try await scene.show(id).definitionVersion == 1)
            let calls = scene.participants.calls
            #expect(
                calls.suffix(4) == ["CreateTransfers", "Authorize", "Capture", "CreateTransfers"])
        }
    }

    @Test("What has stored the intent of its decision cannot be undone")
    func pastThePivot() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let plan = try #require(
                try await scene.first.planCompensation(
                    SagaV1.PlanCompensationRequest(sagaID: saga.id)
                ).plan)
            #expect(plan.objection.contains("capture"))
            #expect(plan.undone.isEmpty && plan.movements.isEmpty)
            #expect(plan.notUndone.map(\.step).contains("capture"))
            #expect(plan.notUndone.map(\.step).contains("hold"))
            _ = try await scene.first.retrySaga(
                SagaV1.RetrySagaRequest(sagaID: saga.id, reason: "now"))
            _ = try await scene.first.pauseSaga(
                SagaV1.PauseSagaRequest(sagaID: saga.id, reason: "hold still"))
            let fresh = try await scene.first.planCompensation(
                SagaV1.PlanCompensationRequest(sagaID: saga.id)
            ).plan
            let refused = await scene.refusal {
                _ = try await scene.first.applyCompensation(
                    SagaV1.ApplyCompensationRequest(
                        sagaID: saga.id, planHash: fresh?.hash ?? "", reason: "no"))
            }
            #expect(refused == "saga_unexpected_state")
        }
    }
}

extension LedgerV1.LookupTransfersResponse {
    /// 100.00 USD held for a merchant.
    fileprivate static let held = LedgerV1.LookupTransfersResponse(transfers: [
        LedgerV1.TransferRecord(
            transfer: LedgerV1.Transfer(amount: 10_000, currency: "USD"), pendingStatus: .pending,
            amount: 10_000, debitAccountName: "acquirer", creditAccountName: "merchant:acme")
    ])
}
