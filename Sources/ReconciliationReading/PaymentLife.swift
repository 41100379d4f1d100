package import Identifiers
package import Messages
package import ReconciliationCore

/// All that happened to one payment, as the services have it.
package struct PaymentLife: Sendable {
    package let id: PaymentID
    /// `nil` when the payment service knows none of this id: transfers under it are foreign.
    package let payment: PaymentV1.Payment?
    package let operations: [Movement]
    package let entries: [LedgerEntry]
}
