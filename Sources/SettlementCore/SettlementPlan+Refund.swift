package import FXCore
package import Money

extension SettlementPlan {
    /// The transfers that give money back: one chain, each pending until the acquirer decided.
    ///
    /// Fees and spread are not returned: the merchant gives back the gross share. A refund that
    /// fails after it was posted is put back by ``refundReversal(of:)``.
    ///
    ///     settled in A: merchant:A → acquirer:A R
    ///     settled in B: merchant:B → fx:B share; fx:A → acquirer:A R
    ///
    /// - Parameters:
    ///   - amount: What the customer gets, in the payment's currency.
    ///   - share: What the merchant gives, in the settlement currency; the same as `amount` when
    ///     that is the payment's own.
    /// - Throws: `.amountOutOfRange` when the amount is not positive, the share negative, or they
    ///   differ in the same currency.
    package static func refund(
        merchant: String, amount: Money, share: Money
    ) throws(FXError) -> [SettlementLine] {
        guard amount.minorUnits > 0, share.minorUnits >= 0 else {
            throw FXError(.amountOutOfRange, "only positive amounts are given back")
        }
        let merchant = AccountRef.merchant(merchant)
        if amount.currency == share.currency {
            guard amount == share else {
                throw FXError(.amountOutOfRange, "without an exchange the share is the amount")
            }
            return [
                SettlementLine(
                    debit: merchant, credit: .acquirer, amount: amount, purpose: .refund)
            ]
        }
        let lines = [
            SettlementLine(
                debit: merchant, credit: .fx, amount: share, purpose: .refundExchange),
            SettlementLine(debit: .fx, credit: .acquirer, amount: amount, purpose: .refund),
        ]
        return lines.filter { !$0.amount.isZero }
    }

    /// A refund at today's rate instead of the payment's: the merchant gives what the amount is
    /// worth at mid now. The difference to what it got stays in the fx position.
    ///
    /// - Parameter terms: From the payment's currency to the settlement currency.
    /// - Throws: `.amountOutOfRange`.
    package static func refund(
        merchant: String, amount: Money, terms: QuoteTerms
    ) throws(FXError) -> [SettlementLine] {
        try Self.refund(
            merchant: merchant, amount: amount, share: try terms.convert(amount).gross)
    }

    /// New transfers that put back what posted ones moved; the posted ones stay as they are.
    package static func refundReversal(of lines: [SettlementLine]) -> [SettlementLine] {
        lines.reversed().map { line in
            SettlementLine(
                debit: line.credit, credit: line.debit, amount: line.amount, purpose: line.purpose)
        }
    }
}
