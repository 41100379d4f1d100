internal import Money
internal import Testing

@Suite("DecimalNumber")
struct DecimalNumberTests {
    @Test(
        "Reads decimals exactly and prints the shortest text",
        arguments: [
            ("1.0847", "1.0847"), ("1.08470", "1.0847"), ("100", "100"), ("0.5", "0.5"),
            ("-0.050", "-0.05"), ("0", "0"), ("-0.0", "0"), ("007.0", "7"),
            ("17683.00", "17683"), ("0.000000000001", "0.000000000001"),
            (
                "170141183460469231731687303715884105727",
                "170141183460469231731687303715884105727"
            ),
        ])
    func reads(text: String, printed: String) throws {
        let number = try DecimalNumber(parsing: text)
        #expect(number.description == printed)
        #expect(try DecimalNumber(parsing: printed) == number)
    }

    @Test(
        "Refuses anything else",
        arguments: [
            "", "-", ".", "1.", ".1", "1.2.3", "1,5", "1e5", "+1", "--1", "1 ", "NaN", "inf",
            "0x10", "١", "1_000", "-.5",
        ])
    func malformed(text: String) {
        let error = #expect(throws: MoneyError.self) { try DecimalNumber(parsing: text) }
        #expect(error?.code == .malformed)
    }

    @Test("Refuses more digits than it can hold")
    func tooLong() {
        for text in [
            "170141183460469231731687303715884105728", "0." + String(repeating: "1", count: 39),
            String(repeating: "9", count: 5000),
        ] {
            let error = #expect(throws: MoneyError.self) { try DecimalNumber(parsing: text) }
            #expect(error?.code == .overflow)
        }
        #expect(throws: MoneyError.self) { try DecimalNumber(mantissa: 1, scale: 39) }
        #expect(throws: MoneyError.self) { try DecimalNumber(mantissa: 1, scale: -1) }
    }

    @Test(
        "Divides to a number of significant digits",
        arguments: [
            ("1", "3", 12, "0.333333333333"), ("2", "3", 12, "0.666666666667"),
            ("1", "8", 15, "0.125"), ("100", "1", 3, "100"),
            ("161.27", "1.0847", 15, "148.677053563197"),
            ("1", "17683", 15, "0.000056551490131765"), ("999", "1000", 2, "1"),
            ("123456", "1", 3, "123000"), ("0", "5", 3, "0"), ("-1", "3", 3, "-0.333"),
            ("1", "1.0847", 15, "0.921913893242371"),
        ])
    func divides(dividend: String, divisor: String, digits: Int, quotient: String) throws {
        let result = try DecimalNumber(parsing: dividend)
            .divided(by: DecimalNumber(parsing: divisor), significantDigits: digits)
        #expect(result.description == quotient)
    }

    @Test("Divides within half a unit of the last digit, for random numbers")
    func divisionProperty() throws {
        var random = SplitMix64(seed: 12)
        for _ in 0..<3_000 {
            let numbers = try (0..<2).map { _ in
                try DecimalNumber(
                    mantissa: Int128.random(in: 1...999_999_999, using: &random),
                    scale: Int.random(in: 0...8, using: &random))
            }
            let (a, b) = (numbers[0], numbers[1])
            let quotient = try a.divided(by: b, significantDigits: 12)
            // |quotient - a/b| <= half of the 12th digit, in integers over a common scale.
            let left = quotient.mantissa * b.mantissa
            let scale = quotient.scale + b.scale - a.scale
            let right = try a.mantissa * powerOfTen(max(0, scale))
            let distance = try (left * powerOfTen(max(0, -scale)) - right).magnitude
            #expect(Double(distance) <= Double(right) * 5.0000001e-12, "seed \(random.seed)")
        }
    }

    @Test("Refuses to divide by zero or to an absurd number of digits")
    func divisionErrors() throws {
        let one = DecimalNumber.one
        #expect(throws: MoneyError.self) {
            try one.divided(by: DecimalNumber(integer: 0), significantDigits: 12)
        }
        #expect(throws: MoneyError.self) { try one.divided(by: one, significantDigits: 0) }
        #expect(throws: MoneyError.self) { try one.divided(by: one, significantDigits: 19) }
    }
}
