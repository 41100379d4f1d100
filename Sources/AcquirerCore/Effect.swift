package import Identifiers
package import Money

/// What the card network did for one reference. It never changes: a refund that is decided later
/// carries its end and the moment of it from the start, so its status is a function of the time.
package struct Effect: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case authorize
        case capture
        /// Authorized and captured at once.
        case purchase
        case void
        case refund
    }

    package enum Outcome: Hashable, Sendable {
        case approved
        case declined(Refusal)
        case requiresAction(Refusal)
        /// Undecided until that moment, then approved, or failed for the reason given.
        case pending(until: Timestamp, failing: Refusal?)
    }

    /// An outcome as it stands at one moment.
    package enum Status: Hashable, Sendable {
        case approved
        case declined(Refusal)
        case requiresAction(Refusal)
        case pending
        case failed(Refusal)

        /// Whether it counts against what is left of its parent. A pending refund does: it may
        /// still be paid.
        package var claimsItsAmount: Bool {
            switch self {
            case .approved, .pending: true
            case .declined, .requiresAction, .failed: false
            }
        }
    }

    package let reference: String
    package let instruction: Instruction
    /// A void's is what the authorization was for.
    package let amount: Money
    package let paymentMethod: String
    package let outcome: Outcome
    package let createdAt: Timestamp

    package init(
        reference: String, instruction: Instruction, amount: Money, paymentMethod: String,
        outcome: Outcome, createdAt: Timestamp
    ) {
        self.reference = reference
        self.instruction = instruction
        self.amount = amount
        self.paymentMethod = paymentMethod
        self.outcome = outcome
        self.createdAt = createdAt
    }

    package var kind: Kind { self.instruction.kind }

    package func status(at now: Timestamp) -> Status {
        switch self.outcome {
        case .approved: .approved
        case .declined(let refusal): .declined(refusal)
        case .requiresAction(let refusal): .requiresAction(refusal)
        case .pending(let end, _) where now < end: .pending
        case .pending(_, failing: nil): .approved
        case .pending(_, failing: let refusal?): .failed(refusal)
        }
    }
}

/// What a caller asks of the card network.
package enum Instruction: Hashable, Sendable {
    case authorize(Money, paymentMethod: String)
    /// Takes the amount at once.
    case purchase(Money, paymentMethod: String)
    /// Takes the amount; what is left of the authorization is released.
    case capture(Money, of: String)
    case void(String)
    case refund(Money, of: String)

    package var kind: Effect.Kind {
        switch self {
        case .authorize: .authorize
        case .purchase: .purchase
        case .capture: .capture
        case .void: .void
        case .refund: .refund
        }
    }

    /// The reference of the authorization, or for a refund of the capture or purchase, that it works
    /// on.
    package var parent: String? {
        switch self {
        case .authorize, .purchase: nil
        case .capture(_, let parent), .void(let parent), .refund(_, let parent): parent
        }
    }

    /// What a card is charged with; `nil` for what works on an effect before it.
    package var paymentMethod: String? {
        switch self {
        case .authorize(_, let paymentMethod), .purchase(_, let paymentMethod): paymentMethod
        case .capture, .void, .refund: nil
        }
    }
}
