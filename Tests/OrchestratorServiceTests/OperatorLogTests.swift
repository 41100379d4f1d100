import Messages
import Postgres
import RPC
import Stubs
import TestKit
import Testing

@testable import OrchestratorService

@Suite("The operators' log and what operators look at", .timeLimit(.minutes(3)))
struct OperatorLogTests {
    @Test("A changed line, and one that is gone, are found by their numbers")
    func tampering() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            for round in 1...3 {
                _ = try await scene.first.retrySaga(
                    SagaV1.RetrySagaRequest(sagaID: saga.id, reason: "round \(round)"))
            }
            func verify() async throws -> SagaV1.VerifyOperatorLogResponse {
                try await scene.second.verifyOperatorLog(SagaV1.VerifyOperatorLogRequest())
            }
            let whole = try await verify()
            #expect(whole.isWhole && whole.entries == 3)
            for statement in [
                "UPDATE operator_log SET detail = ''", "DELETE FROM operator_log",
                "DELETE FROM operator_request", "UPDATE operator_approval SET approved_by = ''",
            ] {
                let error = await #expect(throws: PostgresError.self) {
                    try await scene.database.pool().query(statement)
                }
                #expect(error?.code == .insufficientPrivilege, "\(statement)")
            }
            let owner = try scene.database.ownerPool()
            try await owner.query("UPDATE operator_log SET detail = 'x' WHERE number = 2")
            #expect(try await verify().brokenNumber == 2)
            try await owner.query("DELETE FROM operator_log WHERE number = 1")
            let broken = try await verify()
            #expect(!broken.isWhole && broken.brokenNumber == 1)
        }
    }

    @Test("Orders at the same time make one chain")
    func concurrent() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        _ = try await scene.first.retrySaga(
                            SagaV1.RetrySagaRequest(sagaID: saga.id, reason: "at once"))
                    }
                }
                try await group.waitForAll()
            }
            let report = try await scene.first.verifyOperatorLog(
                SagaV1.VerifyOperatorLogRequest())
            #expect(report.isWhole && report.entries == 8)
        }
    }

    @Test("Sagas are found by state, kind, step, age, merchant, amount and payment")
    func filters() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            func count(_ change: (inout SagaV1.ListSagasRequest) -> Void) async throws -> Int {
                var request = SagaV1.ListSagasRequest()
                change(&request)
                let found = try await scene.first.listSagas(request).sagas
                #expect(found.allSatisfy { $0.id == saga.id })
                return found.count
            }
            let dollars = { (units: Int64) in CommonV1.Money(minorUnits: units, currency: "USD") }
            #expect(try await count { $0.status = .running } == 1)
            #expect(try await count { $0.status = .succeeded } == 0)
            #expect(try await count { $0.kind = "refund_payment" } == 0)
            #expect(try await count { $0.step = "capture" } == 1)
            #expect(try await count { $0.step = "authorize" } == 0)
            #expect(try await count { $0.merchantID = "acme" } == 1)
            #expect(try await count { $0.merchantID = "umbrella" } == 0)
            #expect(try await count { $0.amountFrom = dollars(10_000) } == 1)
            #expect(try await count { $0.amountFrom = dollars(10_001) } == 0)
            #expect(try await count { $0.amountTo = dollars(9_999) } == 0)
            #expect(try await count { $0.createdFromUs = saga.createdAtUs } == 1)
            #expect(try await count { $0.createdToUs = saga.createdAtUs } == 0)
            #expect(try await count { $0.paymentID = PaymentV1.Payment.paymentID } == 1)
        }
    }

    @Test("A saga under a plan that only others know is shown as such, and hides none")
    func unknownPlan() async throws {
        try await OperatorScene.with { scene in
            for key in ["1", "2"] {
                _ = try await scene.client.processPayment(
                    SagaV1.ProcessPaymentRequest(
                        idempotencyKey: key, paymentID: PaymentV1.Payment.paymentID))
            }
            try await scene.database.ownerPool().query(
                "UPDATE sagas SET definition_version = 99 WHERE idempotency_key = '1'")
            let listed = try await scene.first.listSagas(SagaV1.ListSagasRequest()).sagas
            #expect(listed.map(\.definitionVersion) == [2, 99])
            let odd = try #require(listed.last)
            #expect(odd.steps.isEmpty && odd.status == .succeeded)
            #expect(odd.attention.contains("no plan process_payment of version 99"))
            let shown = try await scene.first.showSaga(SagaV1.ShowSagaRequest(sagaID: odd.id))
            #expect(shown.saga == odd)
            #expect(shown.events.last?.type == "saga_succeeded")
        }
    }

    @Test("Dead letters are listed, counted with their money, and go on once somebody says so")
    func deadLetters() async throws {
        try await OperatorScene.with { scene in
            scene.participants.answer(
                "BeginAttempt", with: PaymentV1.BeginAttemptResponse(payment: .dollarsForEuros))
            scene.participants.fail(
                "ConsumeQuote", with: .failedPrecondition(.fxQuoteExpired, "expired"))
            var ids: [String] = []
            for key in ["1", "2"] {
                let answer = try await scene.client.processPayment(
                    SagaV1.ProcessPaymentRequest(
                        idempotencyKey: key, paymentID: PaymentV1.Payment.paymentID))
                #expect(answer.saga?.status == .needsAttention)
                ids.append(answer.saga?.id ?? "")
            }
            let listed = try await scene.florin("dead-letters", "list", "--step", "consume_quote")
            #expect(listed.output.contains("consume_quote was refused: fx_quote_expired"))
            let requeue = ["dead-letters", "requeue", "--reason", "unfrozen", "--kind"]
            let unsure = try await scene.florin(requeue + ["process_payment"])
            #expect(unsure.status == 64)
            #expect(unsure.errors.contains("requeue 2 sagas: 200.00 USD"))
            #expect(try await scene.show(ids[0]).status == .needsAttention)
            scene.participants.recover("ConsumeQuote")
            let sure = try await scene.florin(requeue + ["process_payment", "--yes"])
            #expect(sure.status == 0, "\(sure.output)\(sure.errors)")
            for id in ids { #expect(try await scene.comes(id, to: .succeeded)) }
            #expect(try await scene.log() == ["resume done", "resume done"])
            let history = try await scene.florin("history", ids[0])
            #expect(history.output.contains("resumed"))
        }
    }

    @Test("Figures and definitions are those of the sagas and plans there are")
    func figures() async throws {
        try await OperatorScene.with { scene in
            let saga = try await scene.paymentInDoubt(at: "capture")
            let stats = try await scene.first.getSagaStats(SagaV1.GetSagaStatsRequest())
            #expect(stats.started == 1 && stats.ended == 0)
            #expect(stats.counts.map(\.count) == [1])
            #expect(stats.oldest?.id == saga.id)
            #expect(stats.unfinished.first?.amount?.minorUnits == 10_000)
            scene.participants.recover("Purchase")
            #expect(try await scene.comes(saga.id, to: .succeeded))
            let after = try await scene.first.getSagaStats(SagaV1.GetSagaStatsRequest())
            #expect(after.ended == 1 && after.oldest == nil)
            #expect(after.latencies.first?.p50Us ?? 0 > 0)
            let plans = try await scene.first.listDefinitions(SagaV1.ListDefinitionsRequest())
            #expect(
                plans.definitions.map { "\($0.kind) \($0.version)" } == [
                    "cancel_payment 1", "capture_payment 1", "process_payment 1",
                    "process_payment 2", "refund_payment 1",
                ])
        }
    }
}
