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

    /// What the customer has to do first; empty when nothing.
    var nextAction: String {
        // The sandbox knows one thing that a customer can be asked for.
        if case .requiresAction = self { "authenticate" } else { "" }
    }
}

extension Refusal {
    var wire: PaymentV1.PaymentFailure {
        PaymentV1.PaymentFailure(
            code: self.code, declineCode: self.declineCode, message: self.message)
    }
}
