package enum PaymentKind: IdentifierKind {
    package static let prefix = "pi"
}

package enum ChargeKind: IdentifierKind {
    package static let prefix = "ch"
}

package enum RefundKind: IdentifierKind {
    package static let prefix = "re"
}

package enum QuoteKind: IdentifierKind {
    package static let prefix = "qt"
}

package enum SagaKind: IdentifierKind {
    package static let prefix = "saga"
    package static let derivedBits = 16
}

/// A fault script of the acquirer sandbox.
package enum ScriptKind: IdentifierKind {
    package static let prefix = "scr"
}

/// What an operator wants done that another has to approve.
package enum OperatorRequestKind: IdentifierKind {
    package static let prefix = "req"
}

package typealias PaymentID = Identifier<PaymentKind>
package typealias ChargeID = Identifier<ChargeKind>
package typealias RefundID = Identifier<RefundKind>
package typealias QuoteID = Identifier<QuoteKind>
package typealias SagaID = Identifier<SagaKind>
package typealias ScriptID = Identifier<ScriptKind>
package typealias OperatorRequestID = Identifier<OperatorRequestKind>

extension Identifier<SagaKind> {
    /// The id of a ledger transfer that this saga makes: its own bits and, in the lowest sixteen,
    /// the step and the line. The same step and line give the same id after any restart.
    package func transferID(step: UInt8, line: UInt8) -> UUID128 {
        UUID128(
            high: self.uuid.high,
            low: self.uuid.low & ~0xffff | UInt64(step) << 8 | UInt64(line))
    }
}
