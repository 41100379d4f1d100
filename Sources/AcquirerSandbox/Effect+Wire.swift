internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import Money
internal import ServiceKit

extension Effect {
    /// As it stands at that moment.
    func wire(at now: Timestamp) -> AcquirerV1.Effect {
        var wire = AcquirerV1.Effect(
            reference: self.reference, kind: self.kind.wire, amount: self.amount.wire,
            paymentMethod: self.paymentMethod, parentReference: self.instruction.parent ?? "",
            createdAtUs: self.createdAt.microseconds)
        let refusal: Refusal?
        (wire.status, refusal) =
            switch self.status(at: now) {
            case .approved: (.approved, nil)
            case .declined(let refusal): (.declined, refusal)
            case .requiresAction(let refusal): (.requiresAction, refusal)
            case .pending: (.pending, nil)
            case .failed(let refusal): (.failed, refusal)
            }
        if let refusal {
            wire.code = refusal.code
            wire.declineCode = refusal.declineCode
            wire.message = refusal.message
        }
        return wire
    }
}

extension Effect.Kind {
    var wire: AcquirerV1.EffectKind {
        switch self {
        case .authorize: .authorize
        case .capture: .capture
        case .purchase: .purchase
        case .void: .void
        case .refund: .refund
        }
    }
}
