/// A currency of ISO 4217, with the minor unit that amounts are counted in here.
package struct Currency: Sendable {
    /// Three upper-case letters: "USD".
    package let code: String

    /// ISO 4217's number: 840 for USD.
    package let numericCode: Int

    /// How many decimals ISO 4217 gives the currency.
    package let isoExponent: Int

    /// ISO 4217's English name.
    package let name: String

    init(_ code: String, _ numericCode: Int, _ isoExponent: Int, _ name: String) {
        self.code = code
        self.numericCode = numericCode
        self.isoExponent = isoExponent
        self.name = name
    }

    /// The currency of that code, in either case.
    ///
    /// - Throws: `.unknownCurrency` for anything that is not in ``all``.
    package static func named(_ code: String) throws(MoneyError) -> Currency {
        // Only ASCII is put in upper case: "ſek" would become SEK too.
        let known = code.utf8.allSatisfy { $0 < 0x80 } ? code.uppercased() : code
        guard let currency = Self.byCode[known] else { throw .unknownCurrency(code) }
        return currency
    }

    private static let byCode = [String: Currency](
        uniqueKeysWithValues: Currency.all.map { ($0.code, $0) })
}

extension Currency: Hashable, Comparable {
    package static func == (left: Currency, right: Currency) -> Bool {
        left.numericCode == right.numericCode
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.numericCode)
    }

    package static func < (left: Currency, right: Currency) -> Bool {
        left.code < right.code
    }
}

extension Currency: CustomStringConvertible {
    package var description: String { self.code }
}

extension Currency {
    package static let aud = Currency("AUD", 36, 2, "Australian Dollar")
    package static let bhd = Currency("BHD", 48, 3, "Bahraini Dinar")
    package static let chf = Currency("CHF", 756, 2, "Swiss Franc")
    package static let eur = Currency("EUR", 978, 2, "Euro")
    package static let gbp = Currency("GBP", 826, 2, "Pound Sterling")
    package static let isk = Currency("ISK", 352, 0, "Iceland Krona")
    package static let jpy = Currency("JPY", 392, 0, "Yen")
    package static let kwd = Currency("KWD", 414, 3, "Kuwaiti Dinar")
    package static let usd = Currency("USD", 840, 2, "US Dollar")
}
