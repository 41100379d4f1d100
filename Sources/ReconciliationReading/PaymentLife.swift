package import Messages
package import ReconciliationCore

/// All that happened to one payment, as the services have it.
package struct PaymentLife: Sendable {
    package let payment: PaymentV1.Payment
    package let operations: [Movement]
    package let entries: [LedgerEntry]
}
