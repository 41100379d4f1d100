internal import Money
internal import Testing

@Suite("Currency")
struct CurrencyTests {
    @Test("Lists each currency once, by code, with a number of its own")
    func table() {
        #expect(Currency.all.count == 164)
        #expect(Currency.all == Currency.all.sorted())
        #expect(Set(Currency.all.map(\.code)).count == Currency.all.count)
        #expect(Set(Currency.all.map(\.numericCode)).count == Currency.all.count)
        for currency in Currency.all {
            #expect(currency.code.utf8.count == 3)
            #expect(currency.code == currency.code.uppercased())
            #expect((1...999).contains(currency.numericCode))
            #expect([0, 2, 3, 4].contains(currency.isoExponent))
            #expect(!currency.name.isEmpty)
        }
    }

    @Test("Leaves out what is not a currency with a minor unit", arguments: ["XAU", "XXX", "XTS"])
    func leftOut(code: String) {
        #expect(throws: MoneyError.self) { try Currency.named(code) }
    }

    @Test("Has the shorthands agree with the table")
    func shorthands() throws {
        let shorthands: [Currency] = [
            .aud, .bhd, .chf, .eur, .gbp, .isk, .jpy, .kwd, .usd,
        ]
        for currency in shorthands {
            let listed = try Currency.named(currency.code)
            #expect(listed == currency)
            #expect(listed.name == currency.name)
            #expect(listed.isoExponent == currency.isoExponent)
        }
    }

    @Test("Finds a currency in either case, and nothing else")
    func named() throws {
        #expect(try Currency.named("usd") == .usd)
        #expect(try Currency.named("Jpy") == .jpy)
        for code in ["", "US", "USDX", "U$D", "ÜSD", "usd\u{0}", "ſek"] {
            let error = #expect(throws: MoneyError.self) { try Currency.named(code) }
            #expect(error?.code == .unknownCurrency)
        }
    }

    @Test("Counts the zero-decimal currencies of the API in whole units")
    func zeroDecimal() throws {
        let codes = [
            "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV",
            "XAF", "XOF", "XPF",
        ]
        for code in codes {
            #expect(try Currency.named(code).exponent == 0, "\(code)")
        }
        let others = Currency.all.filter { $0.exponent == 0 && !codes.contains($0.code) }
        #expect(others.map(\.code) == ["UYI"])
    }

    @Test("Departs from ISO 4217 in three currencies only")
    func departures() {
        let departures = Currency.all.filter { $0.exponent != $0.isoExponent }.map(\.code)
        #expect(departures == ["ISK", "MGA", "UGX"])
        #expect(Currency.isk.exponent == 2)
        #expect(Currency.isk.payoutStep == 100)
    }

    @Test("Knows the three- and four-decimal currencies")
    func longFractions() {
        func codes(_ exponent: Int) -> [String] {
            Currency.all.filter { $0.exponent == exponent }.map(\.code)
        }
        #expect(codes(3) == ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
        #expect(codes(4) == ["CLF", "UYW"])
        #expect(
            Currency.all.filter { $0.payoutStep == 10 }.map(\.code)
                == ["BHD", "JOD", "KWD", "OMR", "TND"])
        #expect(Currency.all.filter { $0.payoutStep == 100 }.map(\.code) == ["ISK", "UGX"])
    }

    @Test(
        "Refuses charges below the minimum, above the maximum and between the steps",
        arguments: [
            ("USD", 49, MoneyError.Code.amountTooSmall), ("USD", 50, nil),
            ("USD", 99_999_999, nil), ("USD", 100_000_000, .amountTooLarge),
            ("USD", 0, .amountTooSmall), ("USD", -100, .amountTooSmall),
            ("USD", .min, .amountTooSmall), ("USD", .max, .amountTooLarge),
            ("JPY", 49, .amountTooSmall), ("JPY", 50, nil),
            ("GBP", 29, .amountTooSmall), ("GBP", 30, nil),
            ("KWD", 9, .amountTooSmall), ("KWD", 10, nil), ("KWD", 1_505, .wrongStep),
            ("KWD", 1_500, nil), ("ISK", 100, nil), ("ISK", 150, .wrongStep),
            ("UGX", 1_00, nil), ("XPF", 1, nil), ("XPF", 0, .amountTooSmall),
            ("HUF", 174_99, .amountTooSmall), ("CZK", 15_00, nil),
        ] as [(String, Int64, MoneyError.Code?)])
    func charges(code: String, minorUnits: Int64, expected: MoneyError.Code?) throws {
        let currency = try Currency.named(code)
        var refusal: MoneyError.Code?
        do throws(MoneyError) {
            try currency.validateCharge(minorUnits: minorUnits)
        } catch {
            refusal = error.code
        }
        #expect(refusal == expected)
    }

    @Test("Takes another maximum")
    func configuredMaximum() throws {
        try Currency.usd.validateCharge(minorUnits: 999_999_999_999, maximum: 999_999_999_999)
        let error = #expect(throws: MoneyError.self) {
            try Currency.usd.validateCharge(minorUnits: 1001, maximum: 1000)
        }
        #expect(error?.message == "the largest amount is 10.00 USD")
    }
}
