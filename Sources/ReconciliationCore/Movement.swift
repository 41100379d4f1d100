package import Identifiers
package import Money

/// Which way the money went: from the customer, or back.
package enum MovementKind: String, CaseIterable, Hashable, Sendable {
    case capture
    case refund
}

/// A captured or refunded amount as the payment and refund services have it.
package struct Movement: Hashable, Sendable {
    package let paymentID: String
    /// The refund's id; the payment's for a capture.
    package let id: String
    /// What the acquirer's reference begins with: "pi_…" for a capture, which a payment has once,
    /// "pi_…/saga_…" for a refund.
    package let subject: String
    package let kind: MovementKind
    package let amount: Money
    package let at: Timestamp

    package init(
        paymentID: String, id: String, subject: String, kind: MovementKind, amount: Money,
        at: Timestamp
    ) {
        self.paymentID = paymentID
        self.id = id
        self.subject = subject
        self.kind = kind
        self.amount = amount
        self.at = at
    }
}

/// A posted transfer through the ledger's account `acquirer`: a debit of it is a capture, a credit
/// a refund.
package struct LedgerEntry: Hashable, Sendable {
    package let paymentID: String
    package let transferID: String
    package let kind: MovementKind
    package let amount: Money
    package let at: Timestamp

    package init(
        paymentID: String, transferID: String, kind: MovementKind, amount: Money, at: Timestamp
    ) {
        self.paymentID = paymentID
        self.transferID = transferID
        self.kind = kind
        self.amount = amount
        self.at = at
    }
}

/// What the acquirer says it did.
package struct SettledLine: Hashable, Sendable {
    /// The key it was asked under: "pi_…/saga_…/capture", "pi_…/saga_…/submit".
    package let reference: String
    package let kind: MovementKind
    package let amount: Money
    package let at: Timestamp
    /// Where it stands in the settlement file; 0 when it comes from none.
    package let lineNumber: Int

    package init(
        reference: String, kind: MovementKind, amount: Money, at: Timestamp, lineNumber: Int = 0
    ) {
        self.reference = reference
        self.kind = kind
        self.amount = amount
        self.at = at
        self.lineNumber = lineNumber
    }

    /// The payment that the reference begins with.
    package var paymentID: String { self.beginning(parts: 1) }

    /// What tells which capture or refund it is; see ``Movement/subject``.
    package var subject: String { self.beginning(parts: self.kind == .capture ? 1 : 2) }

    private func beginning(parts: Int) -> String {
        self.reference.split(separator: "/", omittingEmptySubsequences: false).prefix(parts)
            .joined(separator: "/")
    }
}
