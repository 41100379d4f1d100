package import Money

/// Why the card network did not take an operation. Nothing was done, and the reference is free.
package enum AcquirerError: Error, Hashable, Sendable {
    case unknownPaymentMethod
    /// Zero or less.
    case amountNotPositive
    /// More than what is left of the authorization or capture.
    case amountTooLarge(left: Money)
    case currencyMismatch(expected: Currency)
    /// No approved authorization or capture has the parent reference.
    case parentMissing
    /// Captured, voided or declined before.
    case authorizationNotOpen
    /// The reference did something else before.
    case referenceReused
    /// It is past the moment after which the caller wants it no more.
    case tooLate
}
