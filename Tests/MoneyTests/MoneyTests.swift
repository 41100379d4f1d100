internal import Money
internal import Testing

@Suite("Money")
struct MoneyTests {
    @Test("Adds, subtracts and negates within one currency")
    func arithmetic() throws {
        #expect(try Money(100_00, .usd) + Money(50, .usd) == Money(100_50, .usd))
        #expect(try Money(1, .jpy) - Money(3, .jpy) == Money(-2, .jpy))
        #expect(try Money(5, .eur).negated() == Money(-5, .eur))
        #expect(try Money(1, .eur).isLess(than: Money(2, .eur)))
        #expect(Money.zero(.kwd).isZero)
    }

    @Test("Refuses to mix currencies")
    func mismatch() {
        let error = #expect(throws: MoneyError.self) { try Money(1, .usd) + Money(1, .eur) }
        #expect(error?.code == .currencyMismatch)
        #expect(error?.message == "USD and EUR cannot be combined")
        #expect(throws: MoneyError.self) { try Money(1, .usd) - Money(1, .eur) }
        #expect(throws: MoneyError.self) { try Money(1, .usd).isLess(than: Money(1, .eur)) }
    }

    @Test("Refuses to leave 64 bits")
    func overflow() throws {
        let operations: [@Sendable () throws -> Money] = [
            { try Money(.max, .usd) + Money(1, .usd) },
            { try Money(.min, .usd) - Money(1, .usd) },
            { try Money(.min, .usd).negated() },
        ]
        for operation in operations {
            let error = #expect(throws: MoneyError.self) { try operation() }
            #expect(error?.code == .overflow)
        }
        #expect(try Money(.max, .usd).negated() == Money(-.max, .usd))
    }

    @Test(
        "Prints all decimals of its currency",
        arguments: [
            (100_00, "USD", "100.00 USD"), (5, "USD", "0.05 USD"), (-5, "USD", "-0.05 USD"),
            (0, "USD", "0.00 USD"), (5000, "JPY", "5000 JPY"), (-1, "JPY", "-1 JPY"),
            (1500, "KWD", "1.500 KWD"), (1_00, "ISK", "1.00 ISK"), (12_345, "CLF", "1.2345 CLF"),
            (.max, "USD", "92233720368547758.07 USD"), (.min, "USD", "-92233720368547758.08 USD"),
            (.min, "JPY", "-9223372036854775808 JPY"),
        ] as [(Int64, String, String)])
    func description(minorUnits: Int64, code: String, text: String) throws {
        #expect(Money(minorUnits, try Currency.named(code)).description == text)
    }

    @Test("Gives each error a text and a code that do not change")
    func errors() throws {
        #expect(
            MoneyError.Code.allCases.map(\.rawValue) == [
                "unknownCurrency", "currencyMismatch", "overflow", "divisionByZero", "malformed",
                "tooManyDecimals", "wrongStep", "amountTooSmall", "amountTooLarge", "outOfRange",
            ])
        let error = #expect(throws: MoneyError.self) { try Currency.named("XXX") }
        #expect(error?.description == error?.message)
        #expect(error?.debugDescription.hasPrefix("money.unknownCurrency: no currency") == true)
    }
}
