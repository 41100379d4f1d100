internal import Money
internal import Testing

@Suite("Rounding half to even")
struct RoundingTests {
    @Test("Agrees with a search for the nearest integer, in every small case")
    func exhaustive() throws {
        for dividend in Int128(-200)...200 {
            for divisor in Int128(-25)...25 where divisor != 0 {
                let expected = nearest(dividend, divisor)
                #expect(try divideHalfToEven(dividend, by: divisor) == expected)
            }
        }
    }

    @Test("Keeps dividend = quotient × divisor + remainder, with at most half left")
    func random() throws {
        var random = SplitMix64(seed: 4217)
        for round in 0..<20_000 {
            let dividend = Int128(Int64(bitPattern: random.next())) * Int128(random.next() >> 2)
            let divisor = Int128(Int64(bitPattern: random.next()) >> Int64(round % 60)) | 1
            let quotient = try divideHalfToEven(dividend, by: divisor)
            let remainder = (dividend - quotient * divisor).magnitude
            #expect(remainder <= divisor.magnitude - remainder, "seed \(random.seed)")
            #expect(
                remainder * 2 != divisor.magnitude || quotient % 2 == 0, "seed \(random.seed)")
        }
    }

    @Test("Rounds ties to even on both sides of zero")
    func ties() throws {
        let quotients = try [5, 15, 25, 35, -5, -15, 4, 6, -4, -6].map {
            try divideHalfToEven($0, by: 10)
        }
        #expect(quotients == [0, 2, 2, 4, 0, -2, 0, 1, 0, -1])
    }

    @Test("Refuses to divide by zero, and the one quotient that does not fit")
    func errors() {
        let zero = #expect(throws: MoneyError.self) { try divideHalfToEven(1, by: 0) }
        #expect(zero?.code == .divisionByZero)
        let overflow = #expect(throws: MoneyError.self) { try divideHalfToEven(.min, by: -1) }
        #expect(overflow?.code == .overflow)
        let wide = #expect(throws: MoneyError.self) {
            try divideHalfToEven(.max, times: .max, by: 2)
        }
        #expect(wide?.code == .overflow)
    }

    @Test("Divides at the ends of 128 bits")
    func extremes() throws {
        #expect(try divideHalfToEven(.min, by: 1) == .min)
        #expect(try divideHalfToEven(.max, by: -1) == -.max)
        #expect(try divideHalfToEven(.max, by: .max) == 1)
        #expect(try divideHalfToEven(.min, by: .min) == 1)
        #expect(try divideHalfToEven(.min, times: .min, by: .min) == .min)
        #expect(try divideHalfToEven(.max, times: .max, by: .max) == .max)
        #expect(try divideHalfToEven(1, by: .min) == 0)
    }

    @Test("Has powers of ten up to what 128 bits hold")
    func powers() throws {
        #expect(try powerOfTen(0) == 1)
        #expect(try powerOfTen(4) == 10_000)
        #expect(try powerOfTen(38) / powerOfTen(37) == 10)
        #expect(throws: MoneyError.self) { try powerOfTen(39) }
        #expect(throws: MoneyError.self) { try powerOfTen(-1) }
    }

    /// The model: of all integers near the quotient, the nearest; of two equally near, the even.
    private func nearest(_ dividend: Int128, _ divisor: Int128) -> Int128? {
        let around = dividend / divisor
        return (around - 1...around + 1).min { left, right in
            let (a, b) = (
                (dividend - left * divisor).magnitude, (dividend - right * divisor).magnitude
            )
            return a == b ? left % 2 == 0 : a < b
        }
    }
}
