/// An amount in one currency, counted in its minor units.
///
///     try Money(100_00, .usd) - Money(2_90, .usd)  // 97.10 USD
///
/// Every operation that could leave 64 bits or mix two currencies throws; nothing is ever rounded
/// unless the operation's name says so.
package struct Money: Hashable, Sendable {
    /// Cents for USD, yen for JPY, fils for KWD; negative for what is owed the other way.
    package let minorUnits: Int64
    package let currency: Currency

    package init(_ minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    package init(minorUnits: Int64, currency: Currency) {
        self.init(minorUnits, currency)
    }

    package static func zero(_ currency: Currency) -> Money {
        Money(0, currency)
    }

    package var isZero: Bool { self.minorUnits == 0 }
}

extension Money {
    /// - Throws: `.currencyMismatch`; `.overflow`.
    package static func + (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.checkSameCurrency(as: right)
        let (sum, overflow) = left.minorUnits.addingReportingOverflow(right.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(sum, left.currency)
    }

    /// - Throws: `.currencyMismatch`; `.overflow`.
    package static func - (left: Money, right: Money) throws(MoneyError) -> Money {
        try left.checkSameCurrency(as: right)
        let (difference, overflow) = left.minorUnits.subtractingReportingOverflow(right.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(difference, left.currency)
    }

    /// - Throws: `.overflow` for the one amount whose opposite does not fit.
    package func negated() throws(MoneyError) -> Money {
        try Money.zero(self.currency) - self
    }

    /// - Throws: `.currencyMismatch`.
    package func isLess(than other: Money) throws(MoneyError) -> Bool {
        try self.checkSameCurrency(as: other)
        return self.minorUnits < other.minorUnits
    }

    private func checkSameCurrency(as other: Money) throws(MoneyError) {
        guard self.currency == other.currency else {
            throw .currencyMismatch(self.currency, other.currency)
        }
    }
}

extension Money: CustomStringConvertible {
    /// The amount as people write it, with all its currency's decimals: "100.00 USD",
    /// "5000 JPY", "-1.500 KWD". ``init(parsing:)`` reads it back.
    package var description: String {
        "\(self.decimalDescription) \(self.currency)"
    }

    /// The number alone: "100.00".
    package var decimalDescription: String {
        let sign = self.minorUnits < 0 ? "-" : ""
        let exponent = self.currency.exponent
        let digits = String(self.minorUnits.magnitude)
        guard exponent > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, exponent + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(exponent)).\(padded.suffix(exponent))"
    }
}
