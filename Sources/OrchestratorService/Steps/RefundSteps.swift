internal import FXCore
internal import Messages
internal import Money
internal import SagaCore
internal import SagaEngine
internal import SettlementCore
internal import Stubs

/// Steps that the refund service carries out.
extension FlowStep {
    static let openRefund = compensatable("open") { context in
        let reserved = try await context.reserved()
        let settled = try await context.settledRefund()
        let request = RefundV1.OpenRequest(
            operation: context.operation, refundID: context.input.refundID,
            paymentID: context.input.paymentID, chargeID: reserved.chargeID,
            merchantID: reserved.merchantID, amount: reserved.amount,
            settlement: CommonV1.Money(settled.share), reason: context.input.reason,
            metadata: context.input.metadata)
        return .done(try await context.participants.refund.open(request, options: context.options))
    } undo: { context in
        let request = RefundV1.FailRequest(
            operation: context.operation, refundID: context.input.refundID,
            failureReason: context.record.saga.failure?.code ?? "")
        _ = try await context.participants.refund.fail(request, options: context.options)
        return .done
    }

    /// Asks the acquirer to give the money back, and waits for its decision.
    static let submitRefund = pivot("submit") { context in
        let request = RefundV1.SubmitRequest(
            operation: context.operation, refundID: context.input.refundID,
            captureReference: try await context.reserved().captureReference)
        let answer = try await context.participants.refund.submit(
            request, options: context.options)
        switch answer.outcome {
        case .accepted:
            return .done(answer)
        case .refused:
            return .refused(
                code: answer.failureReason.isEmpty ? "refund_failed" : answer.failureReason,
                message: "The acquirer refused the refund.", answer: answer)
        default:
            // PENDING and IN_DOUBT: to be asked again.
            return .inDoubt
        }
    }

    static let completeRefund = retriable("complete") { context in
        let request = RefundV1.CompleteRequest(
            operation: context.operation, refundID: context.input.refundID)
        return .done(
            try await context.participants.refund.complete(request, options: context.options))
    }
}

/// What a refund moves.
struct SettledRefund: Sendable {
    /// What the merchant gives, in the currency it is paid in.
    let share: Money
    let lines: [SettlementLine]
}

extension StepContext {
    /// What this saga's refund moves: the share at the payment's own rate, or at today's.
    func settledRefund() async throws -> SettledRefund {
        let reserved = try await reserved()
        let amount = try Money(reserved.amount)
        var share = try Money(reserved.settlementShare)
        if let quote = try await lockedQuote(for: reserved) { share = try Money(quote.gross) }
        let lines = try SettlementPlan.refund(
            merchant: reserved.merchantID, amount: amount, share: share)
        return SettledRefund(share: share, lines: lines)
    }
}
