package import FieldRules

/// Why a payment refused something. It is unchanged then.
package enum PaymentError: Error, Hashable, Sendable {
    case invalid(FieldError)
    case amountTooSmall(_ problem: String)
    case amountTooLarge(_ problem: String)
    case unexpectedState(Payment.Status)
    /// It cannot be processed before a payment method is set.
    case paymentMethodMissing
    /// The money was set aside too long ago to be taken.
    case holdExpired
    /// Another saga is at work on the payment.
    case busy
    /// It does not agree with the ledger or the acquirer, and waits for an operator.
    case frozen(reason: String)
    /// The saga that asks is not the one at work on the payment.
    case notYours
    /// Minor units.
    case amountNotCapturable(most: Int64)
    case amountNotRefundable(most: Int64)
    case chargeNotCaptured
    case chargeAlreadyRefunded
    /// The reservation ended the other way before.
    case reservationClosed
}

extension PaymentError: CustomStringConvertible {
    /// Says what to do, and repeats nothing of what was refused.
    package var description: String {
        switch self {
        case .invalid(let error): error.description
        case .amountTooSmall(let problem), .amountTooLarge(let problem): problem
        case .unexpectedState(let status):
            "the payment's status is \(status.rawValue), which does not allow this"
        case .paymentMethodMissing:
            "the payment has no payment method; set one by UpdatePayment first"
        case .holdExpired:
            "the time to capture the payment is over; it can only be canceled"
        case .busy:
            "another saga works on the payment; wait until it has ended"
        case .frozen(let reason):
            "the payment is frozen until an operator has looked: \(reason)"
        case .notYours:
            "the saga is not at work on this payment"
        case .amountNotCapturable(let most):
            "the amount to capture must be from 1 to \(most) minor units"
        case .amountNotRefundable(let most):
            "the amount to refund must be from 1 to \(most) minor units"
        case .chargeNotCaptured:
            "the payment has no captured charge, so there is nothing to refund"
        case .chargeAlreadyRefunded:
            "all that was captured is refunded or about to be"
        case .reservationClosed:
            "the refund's reservation ended the other way before"
        }
    }
}
