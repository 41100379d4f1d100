extension Money {
    /// Reads an amount as people write it: a number and an ISO 4217 code, in either order and
    /// either case.
    ///
    ///     try Money(parsing: "100.00 USD")  // also "USD 100", "100 usd", "100USD"
    ///
    /// Fewer decimals than the currency has are filled up; more are refused, zeros included, as
    /// are thousands separators (a comma is a decimal point to half of the world) and currency
    /// symbols ("$" is the dollar of twenty countries). The error says what to write instead.
    ///
    /// - Throws: `.malformed`, `.unknownCurrency`, `.tooManyDecimals`, `.overflow`.
    package init(parsing text: String) throws(MoneyError) {
        let trimmed = text.utf8.trimmingSpaces()
        let (number, code) = try Self.separate(trimmed)
        let currency = try Currency.named(code)
        try self.init(parsingNumber: number, currency: currency)
    }

    /// Reads the number alone, in major units of a currency that is known: "100.00".
    ///
    /// - Throws: `.malformed`, `.tooManyDecimals`, `.overflow`.
    package init(parsingNumber text: String, currency: Currency) throws(MoneyError) {
        guard !text.utf8.contains(UInt8(ascii: ",")) else {
            throw .separator(in: text, currency: currency)
        }
        guard let number = try? DecimalNumber(parsing: text) else {
            // The one way that well-formed digits fail is that there are too many of them.
            throw text.utf8.allSatisfy(\.isPartOfNumber) && text.utf8.contains(where: \.isDigit)
                && text.utf8.count > 20 ? .overflow : .notANumber(currency: currency)
        }
        let parts = text.split(separator: ".")
        guard parts.count < 2 || parts[1].utf8.count <= currency.exponent else {
            throw .tooManyDecimals(number, currency: currency)
        }
        let power = try powerOfTen(currency.exponent - number.scale)
        let (units, overflow) = number.mantissa.multipliedReportingOverflow(by: power)
        guard !overflow, let minorUnits = Int64(exactly: units) else { throw .overflow }
        self.init(minorUnits, currency)
    }

    /// The number and the code of a text that has its letters at one end.
    private static func separate(
        _ text: Substring.UTF8View
    ) throws(MoneyError) -> (number: String, code: String) {
        if let hint = Symbol.hint(for: String(decoding: text, as: UTF8.self)) { throw hint }
        let leading = text.prefix(while: \.isLetter)
        let trailing = text.suffix(while: \.isLetter)
        let (code, rest): (Substring.UTF8View, Substring.UTF8View)
        switch (leading.isEmpty, trailing.isEmpty) {
        case (false, true): (code, rest) = (leading, text.dropFirst(leading.count))
        case (true, false): (code, rest) = (trailing, text.dropLast(trailing.count))
        case (true, true), (false, false): throw .missingCurrency(in: text)
        }
        let number = String(decoding: rest.trimmingSpaces(), as: UTF8.self)
        return (number, String(decoding: code, as: UTF8.self).uppercased())
    }
}

/// The currency symbols that people type, and the codes that each may mean.
private enum Symbol {
    private static let codes: [(symbol: Character, codes: [String])] = [
        ("$", ["USD", "CAD", "AUD"]), ("¥", ["JPY", "CNY"]), ("￥", ["JPY", "CNY"]),
        ("€", ["EUR"]), ("£", ["GBP"]), ("₹", ["INR"]), ("₩", ["KRW"]), ("₪", ["ILS"]),
        ("₫", ["VND"]), ("₽", ["RUB"]), ("₴", ["UAH"]), ("₺", ["TRY"]), ("฿", ["THB"]),
        ("₦", ["NGN"]), ("₱", ["PHP"]),
    ]

    /// What to write in place of a symbol; `nil` for a text without one.
    static func hint(for text: String) -> MoneyError? {
        for (symbol, codes) in self.codes where text.contains(symbol) {
            let kept = text.filter { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
            let number = (1...20).contains(kept.count) ? kept : "100"
            let forms = codes.map { "\"\(number) \($0)\"" }.joined(separator: " or ")
            let reason =
                codes.count == 1
                ? "symbols are not read" : "\"\(symbol)\" is the sign of several currencies"
            return MoneyError(.malformed, "\(reason): write \(forms)")
        }
        return nil
    }
}

extension MoneyError {
    fileprivate static func separator(in text: String, currency: Currency) -> MoneyError {
        let kept = text.filter { $0 != "," }
        let isShown = kept.utf8.count <= 20 && kept.utf8.allSatisfy(\.isPartOfNumber)
        let example = isShown ? kept : "1000.50"
        return MoneyError(
            .malformed,
            "a comma may mean thousands or decimals: write \"\(example) \(currency)\" without it")
    }

    fileprivate static func notANumber(currency: Currency) -> MoneyError {
        MoneyError(.malformed, "write the amount in digits, like \"\(example(in: currency))\"")
    }

    fileprivate static func missingCurrency(in text: Substring.UTF8View) -> MoneyError {
        let isNumber = !text.isEmpty && text.count <= 20 && text.allSatisfy(\.isPartOfNumber)
        let number = isNumber ? String(decoding: text, as: UTF8.self) : "100.00"
        return MoneyError(.malformed, "write an amount and its currency, like \"\(number) USD\"")
    }

    fileprivate static func tooManyDecimals(
        _ number: DecimalNumber, currency: Currency
    ) -> MoneyError {
        let form =
            number.scale <= currency.exponent ? "\(number) \(currency)" : example(in: currency)
        let decimals = currency.exponent == 0 ? "no decimals" : "\(currency.exponent) decimals"
        return MoneyError(
            .tooManyDecimals, "\(currency) has \(decimals): write it like \"\(form)\"")
    }

    private static func example(in currency: Currency) -> String {
        guard currency.exponent > 0 else { return "10 \(currency)" }
        return "10.\(String(repeating: "0", count: currency.exponent - 1))5 \(currency)"
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isPartOfNumber: Bool {
        self.isDigit || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
    }

    fileprivate var isLetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}

extension BidirectionalCollection<UInt8> {
    fileprivate func suffix(while predicate: (UInt8) -> Bool) -> SubSequence {
        self.suffix(
            from: self.lastIndex { !predicate($0) }.map(self.index(after:)) ?? self.startIndex)
    }

    fileprivate func trimmingSpaces() -> SubSequence {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let end = self.lastIndex { !isSpace($0) }.map(self.index(after:)) ?? self.startIndex
        return self[..<end].drop(while: isSpace)
    }
}
