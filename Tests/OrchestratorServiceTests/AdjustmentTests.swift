import Messages
import RPC
import Stubs
import TestKit
import Testing

@testable import OrchestratorService

@Suite("Money moved by hand", .timeLimit(.minutes(3)))
struct AdjustmentTests {
    private static let adjustment = SagaV1.Adjustment(
        debitAccount: "fees", creditAccount: "merchant:acme",
        amount: .init(minorUnits: 500, currency: "USD"))

    private static func wish(
        _ change: (inout SagaV1.Adjustment) -> Void = { _ in }
    ) -> SagaV1.AdjustLedgerRequest {
        var adjustment = Self.adjustment
        change(&adjustment)
        return SagaV1.AdjustLedgerRequest(adjustment: adjustment, reason: "fee charged twice")
    }

    private static func scene(
        _ body: @Sendable (OperatorScene) async throws -> Void
    ) async throws {
        try await OperatorScene.with { scene in
            scene.participants.answer(
                "LookupAccounts",
                with: LedgerV1.LookupAccountsResponse(
                    accounts: ["fees", "merchant:acme"].map {
                        LedgerV1.Account(name: $0, currency: "USD")
                    }))
            try await body(scene)
        }
    }

    @Test("Takes two operators, and is one transfer under the request's id")
    func takesTwo() async throws {
        try await Self.scene { scene in
            let wish = try await scene.first.adjustLedger(Self.wish())
            let approve = SagaV1.ApproveRequestRequest(requestID: wish.request?.id ?? "")
            let alone = await scene.refusal { _ = try await scene.first.approveRequest(approve) }
            #expect(alone == "approval_by_requester")
            #expect(!scene.participants.calls.contains("CreateTransfers"), "nothing has happened")
            let done = try await scene.second.approveRequest(approve)
            let calls = try scene.participants.requests(
                "CreateTransfers", as: LedgerV1.CreateTransfersRequest.self)
            let transfer = try #require(calls.first?.transfers.first)
            #expect(calls.count == 1 && calls.first?.transfers.count == 1)
            #expect(transfer.id == done.transferID)
            #expect(transfer.amount == 500 && transfer.currency == "USD" && transfer.code == 8)
            #expect(transfer.debitAccountID == Self.adjustment.debitAccountID)
            #expect(transfer.creditAccountID == Self.adjustment.creditAccountID)
            let twice = await scene.refusal { _ = try await scene.second.approveRequest(approve) }
            #expect(twice == "approval_given")
            #expect(
                try await scene.log() == [
                    "adjust requested", "approve refused", "adjust approved", "adjust done",
                    "approve refused",
                ])
            let open = try await scene.first.listRequests(SagaV1.ListRequestsRequest())
            #expect(open.requests.isEmpty)
            let lines = try await scene.first.listOperatorLog(SagaV1.ListOperatorLogRequest())
            #expect(
                lines.entries[1].detail == "5.00 USD from fees to merchant:acme: fee charged twice")
        }
    }

    @Test("An outcome that nobody learned stays open, and is asked for again under the same id")
    func unknownOutcome() async throws {
        try await Self.scene { scene in
            let wish = try await scene.first.adjustLedger(Self.wish())
            let approve = SagaV1.ApproveRequestRequest(requestID: wish.request?.id ?? "")
            scene.participants.failOnce("CreateTransfers", with: .internal())
            let unknown = await scene.refusal { _ = try await scene.second.approveRequest(approve) }
            #expect(unknown == "internal")
            let open = try await scene.first.listRequests(SagaV1.ListRequestsRequest())
            #expect(open.requests.map(\.id) == [wish.request?.id ?? ""])
            scene.participants.answer(
                "CreateTransfers", with: LedgerV1.CreateTransfersResponse(results: [.exists]))
            _ = try await scene.second.approveRequest(approve)
            let ids = try scene.participants.requests(
                "CreateTransfers", as: LedgerV1.CreateTransfersRequest.self
            ).map(\.transfers.first?.id)
            #expect(ids.count == 2 && ids[0] == ids[1])
            #expect(
                try await scene.log() == ["adjust requested", "adjust approved", "adjust done"])
        }
    }

    @Test("What the ledger refuses is refused for good")
    func ledgerRefuses() async throws {
        try await Self.scene { scene in
            let wish = try await scene.first.adjustLedger(Self.wish())
            let approve = SagaV1.ApproveRequestRequest(requestID: wish.request?.id ?? "")
            scene.participants.answer(
                "CreateTransfers",
                with: LedgerV1.CreateTransfersResponse(results: [.exceedsCredits]))
            let first = await scene.refusal { _ = try await scene.second.approveRequest(approve) }
            #expect(first == "ledger_refused")
            let again = await scene.refusal { _ = try await scene.second.approveRequest(approve) }
            #expect(again == "approval_given")
            #expect(try await scene.log().prefix(3).last == "adjust refused")
        }
    }

    @Test("A slip is refused before anything is stored")
    func slips() async throws {
        try await Self.scene { scene in
            let slips: [(inout SagaV1.Adjustment) -> Void] = [
                { $0.amount = nil }, { $0.amount?.minorUnits = 0 }, { $0.amount?.currency = "XXX" },
                { $0.debitAccount = "" }, { $0.creditAccount = "fees" }, { $0.paymentID = "pi_1" },
            ]
            for slip in slips {
                let refusal = await scene.refusal {
                    _ = try await scene.first.adjustLedger(Self.wish(slip))
                }
                #expect(["invalid_argument", "amount_too_small"].contains(refusal), "\(refusal)")
            }
            let missing = await scene.refusal {
                _ = try await scene.first.adjustLedger(Self.wish { $0.debitAccount = "fee" })
            }
            #expect(missing == "resource_missing")
            let log = try await scene.log()
            #expect(log.isEmpty)
        }
    }
}
