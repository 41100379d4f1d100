internal import Identifiers
internal import Messages
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import SettlementCore
internal import Stubs

/// Steps that the ledger carries out.
extension FlowStep {
    /// Sets a payment's money aside in the books; undone by releasing it.
    static let holdPayment = compensatable("hold") { context in
        let settled = try await context.settledPayment(try await context.begun())
        return try await context.hold(try settled.plan.hold())
    } undo: { context in
        try await context.releaseHeld {
            try await $0.settledPayment(try await $0.begun()).plan.hold()
        }
    }

    /// Moves what was captured, and releases the rest.
    static let postPayment = retriable("post") { context in
        let begun = try await context.begun()
        guard begun.isCaptured else { return .notNeeded }
        let settled = try await context.settledPayment(begun)
        let chain = LedgerChain.settle(
            try settled.plan.hold(), of: try SagaID(parsing: settled.terms.holdSagaID),
            with: try settled.plan.post(captured: begun.amountToCapture), as: .post,
            by: context.record.id,
            for: try context.paymentID)
        return try await context.carryOut(chain)
    }

    /// Releases what an earlier saga set aside, if it did.
    static let voidHold = retriable("void_hold") { context in
        let begun = try await context.begun()
        guard let terms = begun.terms else { return .notNeeded }
        let plan = try await context.settledPayment(begun).plan
        let chain = LedgerChain.settle(
            try plan.hold(), of: try SagaID(parsing: terms.holdSagaID), with: try plan.void(),
            as: .release, by: context.record.id, for: try context.paymentID)
        return try await context.carryOut(chain)
    }

    /// Sets a refund's money aside in the books; undone by releasing it.
    static let holdRefund = compensatable("hold") { context in
        try await context.hold(try await context.settledRefund().lines)
    } undo: { context in
        try await context.releaseHeld { try await $0.settledRefund().lines }
    }

    static let postRefund = retriable("post") { context in
        let lines = try await context.settledRefund().lines
        let steps = lines.enumerated().map { PostStep.post(lineIndex: $0, amount: $1.amount) }
        let chain = LedgerChain.settle(
            lines, of: context.record.id, with: steps, as: .post, by: context.record.id,
            for: try context.paymentID)
        return try await context.carryOut(chain)
    }
}

extension StepContext {
    fileprivate var paymentID: PaymentID {
        get throws(IdentifierError) { try PaymentID(parsing: input.paymentID) }
    }

    fileprivate func hold(_ lines: [SettlementLine]) async throws -> StepResult {
        try await carryOut(.hold(lines, by: record.id, for: try paymentID))
    }

    /// Makes the chain's transfers.
    fileprivate func carryOut(_ chain: LedgerChain) async throws -> StepResult {
        try await participants.accounts.ensureAccounts(of: chain.newLines, options: options)
        let answer = try await createTransfers(chain)
        guard answer.results.count == chain.transfers.count else {
            throw BrokenContract("CreateTransfers answers one result for each transfer")
        }
        guard let refusal = answer.refusal else { return .done(answer) }
        return .refused(
            code: refusal.reason.rawValue, message: "The ledger answered \(refusal).",
            answer: answer)
    }

    /// Releases what this saga set aside. Which lines that were is derived again: if nothing is
    /// recorded of the steps before, and they say now that they refuse, nothing was set aside.
    fileprivate func releaseHeld(
        _ lines: (StepContext) async throws -> [SettlementLine]
    ) async throws -> UndoResult {
        let held: [SettlementLine]
        do {
            held = try await lines(self)
        } catch {
            guard case .refused = Verdict(error) else { throw error }
            return .done
        }
        let voids = held.indices.map { PostStep.void(lineIndex: $0) }
        let chain = LedgerChain.settle(
            held, of: record.id, with: voids, as: .release, by: record.id, for: try paymentID)
        // No results: the ledger never held anything, and now never will.
        guard let refusal = try await createTransfers(chain).refusal else { return .done }
        return .refused("\(refusal)")
    }

    private func createTransfers(
        _ chain: LedgerChain
    ) async throws -> LedgerV1.CreateTransfersResponse {
        let request = LedgerV1.CreateTransfersRequest(
            operation: operation, transfers: chain.transfers)
        return try await participants.ledger.createTransfers(request, options: options)
    }
}

extension LedgerV1.CreateTransfersResponse {
    /// Why the chain was refused: the result of the transfer that broke it; `nil` if it was not.
    fileprivate var refusal: LedgerV1.ResultCode? {
        let refusals = results.filter { $0 != .created && $0 != .exists }
        return refusals.first { $0 != .linkedEventFailed } ?? refusals.first
    }
}

extension LedgerV1.ResultCode {
    fileprivate var reason: ErrorReason {
        switch self {
        case .exceedsCredits, .exceedsDebits: .balanceInsufficient
        default: .ledgerRefused
        }
    }
}
