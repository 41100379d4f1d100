import Identifiers
import Messages
import RPC
import Stubs
import TestKit
import Testing

@Suite("Payments whose acquirer does not answer, over RPC", .timeLimit(.minutes(5)))
struct InDoubtTests {
    /// The acquirer's window and margin, both over.
    static let windowOver: Duration = .seconds(36)

    @Test("Never answered: in doubt, then settled by a query, with one authorization")
    func neverAnswers() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_neverAnswers").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            let doubt = try await world.authorize(saga, id)
            #expect(doubt.outcome == .inDoubt)
            let settled = try await world.authorize(saga, id)
            #expect(settled.outcome == .approved)
            #expect(settled.acquirerReference == doubt.acquirerReference)
            #expect(try await world.effects().map(\.kind) == [.authorize])
        }
    }

    @Test("Lost: in doubt within the window, declined for sure after it, and nothing was done")
    func lost() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_requestLost").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            #expect(try await world.authorize(saga, id).outcome == .inDoubt)
            #expect(try await world.authorize(saga, id).outcome == .inDoubt)
            world.clock.advance(by: .seconds(34))
            #expect(
                try await world.authorize(saga, id).outcome == .inDoubt,
                "the window is over, its margin is not")
            world.clock.advance(by: .seconds(2))
            let declined = try await world.authorize(saga, id)
            #expect(declined.outcome == .declined)
            #expect(declined.failure?.code == "acquirer_unreachable")
            #expect(try await world.authorize(saga, id) == declined)
            #expect(try await world.effects().isEmpty)
        }
    }

    @Test("Lost once: sent again under the same reference, and done")
    func resent() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create().id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            try await world.script(.lose, kind: .authorize)
            let doubt = try await world.authorize(saga, id)
            #expect(doubt.outcome == .inDoubt)
            #expect(try await world.authorize(saga, id).outcome == .approved)
            let references = try await world.effects().map(\.reference)
            #expect(references == [doubt.acquirerReference])
        }
    }

    @Test("A capture in doubt is settled, not repeated")
    func captureInDoubt() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create().id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            _ = try await world.authorize(saga, id)
            try await world.script(.neverAnswer, kind: .capture)
            #expect(try await world.capture(saga, id).outcome == .inDoubt)
            #expect(try await world.capture(saga, id).outcome == .approved)
            #expect(try await world.effects().count { $0.kind == .capture } == 1)
        }
    }

    @Test("Evidence is taken only as far as the acquirer does not say otherwise")
    func evidence() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_requestLost").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            let reference = try await world.authorize(saga, id).acquirerReference
            func settle(_ outcome: CommonV1.EvidenceOutcome, _ reference: String) async -> String {
                do {
                    let answer = try await world.orchestrator.settleAttempt(
                        PaymentV1.SettleAttemptRequest(reference: reference, outcome: outcome))
                    return answer.checkedByQuery ? "checked" : "taken"
                } catch {
                    return error.reason?.rawValue ?? "\(error.code)"
                }
            }
            #expect(await settle(.approved, reference) == "evidence_contradicted")
            #expect(
                await settle(.absent, reference) == "evidence_contradicted", "it may still come")
            #expect(await settle(.approved, "pi_1/saga_1/authorize") == "resource_missing")
            #expect(try await world.authorize(saga, id).outcome == .inDoubt)
            world.clock.advance(by: Self.windowOver)
            let asked = try await world.operators.listAttempts(
                PaymentV1.ListAttemptsRequest(paymentID: id)
            ).attempts
            #expect(asked.map(\.reference) == [reference])
            #expect(asked.map(\.state) == ["in_doubt"])
            #expect(asked.first?.amount?.minorUnits == 100_00)
            #expect(await settle(.approved, reference) == "evidence_contradicted")
            #expect(await settle(.absent, reference) == "checked")
            #expect(try await world.authorize(saga, id).failure?.code == "acquirer_unreachable")
            #expect(try await world.effects().isEmpty)
        }
    }

    @Test("Voiding an authorization in doubt settles it first; it is never sent after that")
    func voidsInDoubt() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create(method: "pm_card_neverAnswers").id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            #expect(try await world.authorize(saga, id).outcome == .inDoubt)
            let voided = try await world.void(saga, id)
            #expect(voided.outcome == .approved)
            #expect(voided.acquirerReference == "\(id)/\(saga.id)/authorize/void")
            #expect(try await world.void(saga, id) == voided)
            let late = await refusal { () throws(RPCError) in
                try await world.authorize(saga, id)
            }
            #expect(late?.reason == .operationBlocked)
            #expect(try await world.effects().map(\.kind) == [.void, .authorize])
            #expect(try await world.fail(saga, id)?.status == .requiresPaymentMethod)
        }
    }

    @Test("Voiding a lost authorization waits until it cannot happen any more")
    func voidsLost() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create().id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            try await world.script(.lose, kind: .authorize)
            #expect(try await world.authorize(saga, id).outcome == .inDoubt)
            #expect(try await world.void(saga, id).outcome == .inDoubt)
            #expect(try await world.effects().isEmpty, "it is not sent again to be voided")
            world.clock.advance(by: Self.windowOver)
            #expect(try await world.void(saga, id).outcome == .approved)
            #expect(try await world.effects().isEmpty)
        }
    }

    @Test("A void that was lost for good is tried again under the next number")
    func nextVoid() async throws {
        try await PaymentWorld.run(patience: "2s") { world in
            let id = try await world.create().id
            let saga = TestSaga()
            _ = try await world.begin(saga, id)
            _ = try await world.authorize(saga, id)
            try await world.script(.lose, kind: .void)
            #expect(try await world.void(saga, id).outcome == .inDoubt)
            world.clock.advance(by: Self.windowOver)
            let voided = try await world.void(saga, id)
            #expect(voided.outcome == .approved)
            #expect(voided.acquirerReference.hasSuffix("/authorize/void/2"))
            #expect(try await world.effects().map(\.kind) == [.void, .authorize])
        }
    }
}
