package import FieldRules
package import Identifiers
package import Money

/// What a refund is of and for; only what the merchant noted on it changes.
package struct RefundRequest: Hashable, Sendable {
    package let id: RefundID
    package let sagaID: SagaID
    package let paymentID: PaymentID
    package let chargeID: ChargeID
    package let merchantID: String
    /// In the payment's currency.
    package let amount: Money
    /// What the merchant's account is charged, in the currency it is paid in.
    package let settlement: Money
    package let reason: RefundReason?
    package internal(set) var metadata: Metadata

    /// - Throws: `.invalid` for the first field at fault.
    package init(
        id: RefundID, sagaID: SagaID, paymentID: PaymentID, chargeID: ChargeID,
        merchantID: String, amount: Money, settlement: Money, reason: RefundReason?,
        metadata: Metadata
    ) throws(RefundError) {
        do {
            self.merchantID = try checkedMerchantID(merchantID)
        } catch {
            throw .invalid(error)
        }
        guard amount.minorUnits >= 1 else {
            throw .invalid(FieldError("amount", "must be at least one minor unit"))
        }
        // A small part of a payment in a cheap currency can come to nothing in a dear one.
        guard settlement.minorUnits >= 0 else {
            throw .invalid(FieldError("settlement", "must not be negative"))
        }
        self.id = id
        self.sagaID = sagaID
        self.paymentID = paymentID
        self.chargeID = chargeID
        self.amount = amount
        self.settlement = settlement
        self.reason = reason
        self.metadata = metadata
    }
}
