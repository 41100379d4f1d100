package import Identifiers
package import Money

/// Whom the payments are compared with.
package enum Counterpart: String, CaseIterable, Hashable, Sendable {
    case ledger
    case acquirer
}

/// One thing that does not agree.
package struct Finding: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case missingInLedger = "missing_in_ledger"
        case missingAtAcquirer = "missing_at_acquirer"
        /// A foreign line or transfer: no payment or refund knows of it.
        case missingInPayments = "missing_in_payments"
        case doubled
        case amountDiffers = "amount_differs"
        case currencyDiffers = "currency_differs"
    }

    package let kind: Kind
    package let counterpart: Counterpart
    package let movement: MovementKind
    /// Empty where no payment is known.
    package let paymentID: String
    /// The refund's id; the payment's for a capture; the subject where neither is known.
    package let id: String
    package let subject: String
    /// The acquirer's reference, or the transfer's id; empty where there is none.
    package let reference: String
    /// What the payment or refund says; `nil` where it says nothing.
    package let expected: Money?
    /// What the counterpart says.
    package let found: Money?
    package let at: Timestamp
    /// In the settlement file; 0 when it is not about a line.
    package let lineNumber: Int

    /// What to look at next.
    package var lookAt: String {
        let payment = self.paymentID.isEmpty ? self.subject : self.paymentID
        return switch (self.kind, self.counterpart) {
        case (.missingInLedger, _):
            "the saga's post step: florin saga list --payment \(payment)"
        case (.missingAtAcquirer, _):
            "whether the acquirer settles it in a later file, then ask it for \(self.subject)/…"
        case (.missingInPayments, .acquirer):
            "who asked the acquirer under this reference: florin acquirer effects "
                + "--reference \(self.subject)"
        case (.missingInPayments, .ledger), (.doubled, .ledger):
            "which saga made the transfer: florin ledger transfers --payment \(payment)"
        case (.doubled, .acquirer):
            "whether money moved twice: florin acquirer effects --reference \(self.subject)"
        case (.amountDiffers, .ledger), (.currencyDiffers, .ledger):
            "the payment beside its transfers: florin ledger transfers --payment \(payment)"
        case (.amountDiffers, .acquirer), (.currencyDiffers, .acquirer):
            "the payment beside the acquirer's answer: florin acquirer effects "
                + "--reference \(self.subject)"
        }
    }
}

extension Finding: Comparable {
    package static func < (left: Finding, right: Finding) -> Bool {
        (left.at, left.subject, left.counterpart.rawValue, left.kind.rawValue, left.reference)
            < (
                right.at, right.subject, right.counterpart.rawValue, right.kind.rawValue,
                right.reference
            )
    }
}
