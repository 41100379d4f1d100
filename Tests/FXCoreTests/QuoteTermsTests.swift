internal import FXCore
internal import Money
internal import Testing

@Suite("QuoteTerms")
struct QuoteTermsTests {
    private static func terms(
        _ from: Currency, _ fromFactor: String, _ to: Currency, _ toFactor: String,
        spread: Int64 = 0
    ) throws -> QuoteTerms {
        try QuoteTerms(
            from: from, to: to, fromFactor: DecimalNumber(parsing: fromFactor),
            toFactor: DecimalNumber(parsing: toFactor), spreadBasisPoints: spread)
    }

    @Test("Converts through the euro, rounded once, half to even")
    func converts() throws {
        let toEuro = try Self.terms(.usd, "1.0847", .eur, "1", spread: 50)
        let conversion = try toEuro.convert(Money(100_00, .usd))
        #expect(conversion.gross == Money(92_19, .eur))
        #expect(conversion.spread == Money(46, .eur))
        #expect(conversion.to == Money(91_73, .eur))
        #expect(conversion.residue == 0)
        #expect(try toEuro.midRate.description == "0.921913893242371")

        let cross = try Self.terms(.usd, "1.0847", .jpy, "161.27")
        #expect(try cross.convert(Money(1_00, .usd)).gross == Money(149, .jpy))
        #expect(try cross.midRate.description == "148.677053563197")

        let tie = try Self.terms(.eur, "1", .usd, "1.5")
        #expect(try tie.convert(Money(1, .eur)).gross == Money(2, .usd))
        #expect(try tie.convert(Money(3, .eur)).gross == Money(4, .usd))
    }

    @Test("Pays out in steps and says what is left")
    func residue() throws {
        let kuwait = try Self.terms(.usd, "1", .kwd, "0.3075", spread: 50)
        let conversion = try kuwait.convert(Money(100_00, .usd))
        #expect(conversion.gross == Money(30_750, .kwd))
        #expect(conversion.to == Money(30_600, .kwd))
        #expect(conversion.residue == -4)
        let iceland = try Self.terms(.usd, "1.0847", .isk, "149.30")
        let kronur = try iceland.convert(Money(10_00, .usd))
        #expect(kronur.gross == Money(1376_42, .isk))
        #expect(kronur.to == Money(1376_00, .isk))
        #expect(kronur.residue == 42)
    }

    @Test("Refuses terms and amounts that make no sense")
    func refusals() throws {
        func code(_ body: () throws -> Any) -> FXError.Code? {
            do { _ = try body() } catch { return (error as? FXError)?.code }
            return nil
        }
        #expect(code { try Self.terms(.usd, "1", .usd, "1") } == .sameCurrency)
        #expect(code { try Self.terms(.usd, "0", .eur, "1") } == .malformed)
        #expect(code { try Self.terms(.usd, "1", .eur, "-1") } == .malformed)
        #expect(code { try Self.terms(.usd, "1234567890123456", .eur, "1") } == .malformed)
        #expect(code { try Self.terms(.usd, "1", .eur, "1", spread: -1) } == .amountOutOfRange)
        #expect(code { try Self.terms(.usd, "1", .eur, "1", spread: 10_001) } == .amountOutOfRange)
        let terms = try Self.terms(.usd, "1", .eur, "1")
        #expect(code { try terms.convert(Money(1, .eur)) } == .amountOutOfRange)
        #expect(code { try terms.convert(Money(-1, .usd)) } == .amountOutOfRange)
        let inflating = try Self.terms(.usd, "0.000000000001", .jpy, "999999999999999")
        #expect(code { try inflating.convert(Money(.max, .usd)) } == .amountOutOfRange)
        #expect(try terms.convert(.zero(.usd)).to == .zero(.eur))
    }

    @Test("Stays exact at the ends of factors and amounts, and adds up, for random terms")
    func properties() throws {
        var random = SplitMix64(seed: 72)
        let currencies: [Currency] = [.usd, .jpy, .kwd, .isk, try Currency.named("CLF")]
        for _ in 0..<5_000 {
            let from = currencies[Int.random(in: 0..<5, using: &random)]
            guard let to = currencies.filter({ $0 != from }).randomElement(using: &random) else {
                continue
            }
            let factors = try (0..<2).map { _ in
                try DecimalNumber(
                    mantissa: Int128(
                        Int64.random(in: 1...999_999_999_999_999, using: &random)
                            >> Int64.random(in: 0...49, using: &random) | 1),
                    scale: Int.random(in: 0...12, using: &random))
            }
            let terms = try QuoteTerms(
                from: from, to: to, fromFactor: factors[0], toFactor: factors[1],
                spreadBasisPoints: Int64.random(in: 0...500, using: &random))
            let amount = Money(Int64.random(in: 0...Int64.max, using: &random) >> 20, from)
            guard let conversion = try? terms.convert(amount) else { continue }
            #expect(
                conversion.gross.minorUnits
                    == conversion.spread.minorUnits + conversion.to.minorUnits
                    + conversion.residue, "seed \(random.seed)")
            #expect(conversion.residue.magnitude <= to.payoutStep / 2)
            #expect(conversion.to.minorUnits % to.payoutStep == 0)
            #expect(Self.isNearest(conversion.gross, to: amount, terms), "seed \(random.seed)")
        }
    }

    /// The model: with doubles, to fifteen digits; exact where the numbers are small.
    private static func isNearest(_ gross: Money, to amount: Money, _ terms: QuoteTerms) -> Bool {
        func value(_ number: DecimalNumber) -> Double {
            (0..<number.scale).reduce(Double(number.mantissa)) { value, _ in value / 10 }
        }
        func unit(_ currency: Currency) -> Double {
            (0..<currency.exponent).reduce(1.0) { value, _ in value * 10 }
        }
        let exact =
            Double(amount.minorUnits) / unit(terms.from) / value(terms.fromFactor)
            * value(terms.toFactor) * unit(terms.to)
        return abs(exact - Double(gross.minorUnits)) <= 0.5 + exact * 1e-13
    }
}
