package import Identifiers
internal import Money

/// The decisions of the sandbox's card network, from what it did before.
///
///     authorize ──▶ open ──capture──▶ captured ──refund, refund, …──▶ nothing left
///                     └────void────▶ voided
///     purchase ─────────────────────▶ captured
///
/// An authorization is captured once, in whole or in part; a purchase needs none. There is no state beside the effects:
/// what is left is what they leave.
package enum CardNetwork {
    /// What became known for the parent of an instruction.
    package struct History: Hashable, Sendable {
        package let parent: Effect?
        /// Every effect that names the parent.
        package let children: [Effect]

        package init(parent: Effect? = nil, children: [Effect] = []) {
            self.parent = parent
            self.children = children
        }

        func claimed(_ kind: Effect.Kind, at now: Timestamp) -> [Effect] {
            self.children.filter { $0.kind == kind && $0.status(at: now).claimsItsAmount }
        }
    }

    /// The effect that a reference had before, when it is asked for again.
    ///
    /// - Throws: `.referenceReused` if the effect is of another instruction.
    package static func repeated(
        _ effect: Effect, by instruction: Instruction
    ) throws(AcquirerError) -> Effect {
        guard effect.instruction == instruction else { throw .referenceReused }
        return effect
    }

    /// Carries out an instruction on a reference that is new.
    ///
    /// - Returns: The effect to store; `nil` when the conduct is to do nothing.
    /// - Throws: `AcquirerError`; nothing is to be stored then.
    package static func effect(
        of instruction: Instruction, reference: String, history: History,
        conduct: Conduct.Decision, notAfter: Timestamp, now: Timestamp
    ) throws(AcquirerError) -> Effect? {
        guard now <= notAfter else { throw .tooLate }
        let (amount, paymentMethod) = try self.admit(instruction, history: history, now: now)
        guard let outcome = conduct.outcome(at: now) else { return nil }
        return Effect(
            reference: reference, instruction: instruction, amount: amount,
            paymentMethod: paymentMethod, outcome: outcome, createdAt: now)
    }

    private static func admit(
        _ instruction: Instruction, history: History, now: Timestamp
    ) throws(AcquirerError) -> (amount: Money, paymentMethod: String) {
        switch instruction {
        case .authorize(let amount, let paymentMethod), .purchase(let amount, let paymentMethod):
            guard amount.minorUnits > 0 else { throw .amountNotPositive }
            guard TestPaymentMethod(named: paymentMethod) != nil else {
                throw .unknownPaymentMethod
            }
            return (amount, paymentMethod)
        case .capture(let amount, of: _):
            let authorization = try self.parent([.authorize], in: history)
            guard authorization.outcome == .approved,
                history.claimed(.capture, at: now).isEmpty,
                history.claimed(.void, at: now).isEmpty
            else { throw .authorizationNotOpen }
            try self.check(amount, against: authorization.amount)
            return (amount, authorization.paymentMethod)
        case .void:
            let authorization = try self.parent([.authorize], in: history)
            // Voiding twice is harmless: the caller wants it gone, and it is.
            guard authorization.outcome == .approved, history.claimed(.capture, at: now).isEmpty
            else { throw .authorizationNotOpen }
            return (authorization.amount, authorization.paymentMethod)
        case .refund(let amount, of: _):
            let capture = try self.parent([.capture, .purchase], in: history)
            guard capture.outcome == .approved else { throw .parentMissing }
            // Refunds never exceeded the capture, so neither sum nor difference overflows.
            let refunded = history.claimed(.refund, at: now).map(\.amount.minorUnits).reduce(0, +)
            let left = Money(
                minorUnits: capture.amount.minorUnits - refunded, currency: capture.amount.currency)
            try self.check(amount, against: left)
            return (amount, capture.paymentMethod)
        }
    }

    private static func parent(
        _ kinds: Set<Effect.Kind>, in history: History
    ) throws(AcquirerError) -> Effect {
        guard let parent = history.parent, kinds.contains(parent.kind) else { throw .parentMissing }
        return parent
    }

    private static func check(_ amount: Money, against left: Money) throws(AcquirerError) {
        guard amount.currency == left.currency else {
            throw .currencyMismatch(expected: left.currency)
        }
        guard amount.minorUnits > 0 else { throw .amountNotPositive }
        guard amount.minorUnits <= left.minorUnits else { throw .amountTooLarge(left: left) }
    }
}
