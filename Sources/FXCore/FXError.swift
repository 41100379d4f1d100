package import Money

/// Why rates were not taken in, or an amount not exchanged.
package struct FXError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Sendable {
        case malformed  // A file that is not in the format, or a value that is no rate.
        case empty  // No rates at all.
        case partial  // Cut off, or far fewer rates than the publication before.
        case duplicate  // A day, or a currency of a day, twice.
        case sourceMismatch  // Sample figures where real ones were announced.
        case rateNotFound  // No publication has the currency on or before the day.
        case rateTooOld  // The last publication is older than the limit.
        case sameCurrency  // Nothing to exchange.
        case amountOutOfRange  // Nothing, less than nothing, or more than can be counted.
        case quoteExpired
        case quoteUsed  // Held or consumed by another.
        case quoteNotLocked  // To be consumed or given back without being held.
    }

    package let code: Code

    /// What is wrong and what to do next, safe to show anyone.
    package let message: String

    /// Where in a file: counted from one.
    package let line: Int?

    /// Which part of it: "time", "rate", a currency's column.
    package let field: String?

    package init(_ code: Code, _ message: String, line: Int? = nil, field: String? = nil) {
        self.code = code
        self.message = message
        self.line = line
        self.field = field
    }

    package init(_ error: MoneyError) {
        switch error.code {
        case .unknownCurrency, .malformed, .tooManyDecimals:
            self.init(.malformed, error.message)
        case .currencyMismatch, .overflow, .divisionByZero, .wrongStep, .amountTooSmall,
            .amountTooLarge, .outOfRange:
            self.init(.amountOutOfRange, error.message)
        }
    }
}

extension FXError: CustomStringConvertible {
    /// "line 12, rate: …"
    package var description: String {
        let place = [self.line.map { "line \($0)" }, self.field].compactMap { $0 }
        return place.isEmpty ? self.message : "\(place.joined(separator: ", ")): \(self.message)"
    }
}

extension FXError: CustomDebugStringConvertible {
    package var debugDescription: String { "fx.\(self.code.rawValue): \(self.description)" }
}
