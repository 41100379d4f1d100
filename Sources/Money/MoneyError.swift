/// Why an amount was not accepted, or not computed.
package struct MoneyError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case unknownCurrency  // No currency of that code.
        case currencyMismatch  // Two currencies where one was needed.
        case overflow  // The result does not fit 64 bits of minor units.
        case divisionByZero
        case malformed  // Not written the way amounts are written.
        case tooManyDecimals  // Less than one minor unit.
        case wrongStep  // A fraction of the smallest amount that can be paid.
        case amountTooSmall
        case amountTooLarge
        case outOfRange  // A share, weight or number outside its limits.
    }

    package let code: Code

    /// What is wrong and what to write instead, for the person who wrote it.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension MoneyError: CustomStringConvertible {
    package var description: String { self.message }
}

extension MoneyError: CustomDebugStringConvertible {
    package var debugDescription: String { "money.\(self.code.rawValue): \(self.message)" }
}

extension MoneyError {
    static func unknownCurrency(_ code: String) -> MoneyError {
        let shown = code.utf8.count == 3 ? "no currency \"\(code)\"; " : ""
        return MoneyError(
            .unknownCurrency, "\(shown)write an ISO 4217 code of three letters, like USD")
    }

    static func currencyMismatch(_ left: Currency, _ right: Currency) -> MoneyError {
        MoneyError(.currencyMismatch, "\(left) and \(right) cannot be combined")
    }

    package static let overflow = MoneyError(.overflow, "the amount is too large to be counted")

    static let divisionByZero = MoneyError(.divisionByZero, "division by zero")

    static func wrongStep(_ step: Money) -> MoneyError {
        MoneyError(.wrongStep, "\(step.currency) is paid in steps of \(step)")
    }

    static func amountTooSmall(minimum: Money) -> MoneyError {
        MoneyError(.amountTooSmall, "the smallest amount is \(minimum)")
    }

    static func amountTooLarge(maximum: Money) -> MoneyError {
        MoneyError(.amountTooLarge, "the largest amount is \(maximum)")
    }
}
