internal import Money
internal import Testing

@Suite("Money as people write it")
struct MoneyParsingTests {
    @Test(
        "Reads a number and a code in either order and case",
        arguments: [
            ("100.00 USD", 100_00, "USD"), ("USD 100", 100_00, "USD"), ("100 usd", 100_00, "USD"),
            ("100USD", 100_00, "USD"), ("  100.5\tUSD ", 100_50, "USD"),
            ("Usd100.1", 100_10, "USD"),
            ("5000 JPY", 5000, "JPY"), ("1.500 KWD", 1500, "KWD"), ("1.5 kwd", 1500, "KWD"),
            ("0.05 USD", 5, "USD"), ("0 USD", 0, "USD"), ("-5 USD", -5_00, "USD"),
            ("007 EUR", 7_00, "EUR"), ("1000 ISK", 1000_00, "ISK"), ("1.2345 CLF", 12_345, "CLF"),
            ("92233720368547758.07 USD", .max, "USD"), ("-92233720368547758.08 USD", .min, "USD"),
            ("100 all", 100_00, "ALL"),
        ] as [(String, Int64, String)])
    func reads(text: String, minorUnits: Int64, code: String) throws {
        #expect(try Money(parsing: text) == Money(minorUnits, try Currency.named(code)))
    }

    @Test(
        "Says what to write instead",
        arguments: [
            (
                "¥5000", MoneyError.Code.malformed,
                "\"¥\" is the sign of several currencies: write \"5000 JPY\" or \"5000 CNY\""
            ),
            (
                "$10", .malformed,
                "\"$\" is the sign of several currencies: write \"10 USD\" or \"10 CAD\" or \"10 AUD\""
            ),
            ("€9.99", .malformed, "symbols are not read: write \"9.99 EUR\""),
            ("£", .malformed, "symbols are not read: write \"100 GBP\""),
            (
                "1,000.50 USD", .malformed,
                "a comma may mean thousands or decimals: write \"1000.50 USD\" without it"
            ),
            (
                "1,2,x USD", .malformed,
                "a comma may mean thousands or decimals: write \"1000.50 USD\" without it"
            ),
            ("10.5 JPY", .tooManyDecimals, "JPY has no decimals: write it like \"10 JPY\""),
            ("10.0 JPY", .tooManyDecimals, "JPY has no decimals: write it like \"10 JPY\""),
            ("1.2345 USD", .tooManyDecimals, "USD has 2 decimals: write it like \"10.05 USD\""),
            ("1.230 USD", .tooManyDecimals, "USD has 2 decimals: write it like \"1.23 USD\""),
            ("1.0005 KWD", .tooManyDecimals, "KWD has 3 decimals: write it like \"10.005 KWD\""),
            ("100", .malformed, "write an amount and its currency, like \"100 USD\""),
            ("", .malformed, "write an amount and its currency, like \"100.00 USD\""),
            ("USD", .malformed, "write an amount and its currency, like \"100.00 USD\""),
            ("USD 100 EUR", .malformed, "write an amount and its currency, like \"100.00 USD\""),
            ("ten USD", .malformed, "write an amount and its currency, like \"100.00 USD\""),
            ("1e5 USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            (".5 USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            ("5. USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            ("+5 USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            ("--5 USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            ("1 000 USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            ("１００ USD", .malformed, "write the amount in digits, like \"10.05 USD\""),
            (
                "100 EURO", .unknownCurrency,
                "write an ISO 4217 code of three letters, like USD"
            ),
            (
                "100 ABC", .unknownCurrency,
                "no currency \"ABC\"; write an ISO 4217 code of three letters, like USD"
            ),
            ("92233720368547758.08 USD", .overflow, "the amount is too large to be counted"),
            (
                "99999999999999999999999999999999999999999999 USD", .overflow,
                "the amount is too large to be counted"
            ),
        ] as [(String, MoneyError.Code, String)])
    func refuses(text: String, code: MoneyError.Code, message: String) {
        let error = #expect(throws: MoneyError.self) { try Money(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.message == message)
    }

    @Test("Reads back what it prints, for every currency and amounts of every length")
    func roundTrip() throws {
        var random = SplitMix64(seed: 20_261_122)
        for currency in Currency.all {
            for bits in 0..<63 {
                let amount = Money(
                    Int64(bitPattern: random.next()) >> Int64(bits), currency)
                #expect(try Money(parsing: amount.description) == amount, "seed \(random.seed)")
            }
        }
    }

    @Test("Never traps on hostile text")
    func hostile() {
        var random = SplitMix64(seed: 99)
        let alphabet = Array("0123456789.,-+eE $¥€ USDjpyKWD\u{0}\t\u{301}é")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0..<24, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            if let money = try? Money(parsing: text) {
                #expect((try? Money(parsing: money.description)) == money, "seed \(random.seed)")
            }
        }
    }
}
