internal import AcquirerCore
internal import Messages

extension AcquirerAttempt.Verdict {
    var wire: (PaymentV1.AcquirerOutcome, PaymentV1.PaymentFailure?) {
        switch self {
        case .approved: (.approved, nil)
        case .declined(let refusal): (.declined, refusal.wire)
        case .requiresAction(let refusal): (.requiresAction, refusal.wire)
        case .absent: (.declined, Refusal.unreachable.wire)
        }
    }
}

extension Refusal {
    var wire: PaymentV1.PaymentFailure {
        PaymentV1.PaymentFailure(
            code: self.code, declineCode: self.declineCode, message: self.message)
    }
}
