internal import Money
internal import Testing

@Suite("Shares of an amount")
struct SharesTests {
    @Test(
        "Takes basis points, rounded once, half to even",
        arguments: [
            (100_00, 290, 2_90), (1_00, 50, 0), (3_00, 50, 2), (1_01, 50, 1), (-3_00, 50, -2),
            (100_00, 0, 0), (100_00, 10_000, 100_00), (.max, 10_000, .max), (.min, 10_000, .min),
        ] as [(Int64, Int64, Int64)])
    func basisPoints(amount: Int64, points: Int64, expected: Int64) throws {
        #expect(Money(amount, .usd).share(try BasisPoints(points)) == Money(expected, .usd))
    }

    @Test("Refuses a share below nothing or above all", arguments: [-1, 10_001, .min, .max])
    func outOfRange(points: Int64) {
        #expect(throws: MoneyError.self) { try BasisPoints(points) }
    }

    @Test("Agrees with the division on random amounts")
    func random() throws {
        var random = SplitMix64(seed: 250)
        for _ in 0..<5_000 {
            let amount = Int64(bitPattern: random.next())
            let points = Int64.random(in: 0...10_000, using: &random)
            let expected = try divideHalfToEven(Int128(amount) * Int128(points), by: 10_000)
            let share = Money(amount, .jpy).share(try BasisPoints(points))
            #expect(Int128(share.minorUnits) == expected, "seed \(random.seed)")
        }
    }

    @Test("Splits so that the parts sum to the whole, the largest remainders first")
    func split() throws {
        func parts(_ amount: Int64, _ weights: [Int64]) throws -> [Int64] {
            try Money(amount, .usd).split(by: weights).map(\.minorUnits)
        }
        #expect(try parts(100_00, [1, 1, 1]) == [33_34, 33_33, 33_33])
        #expect(try parts(-100_00, [1, 1, 1]) == [-33_34, -33_33, -33_33])
        #expect(try parts(10, [1, 2, 0]) == [3, 7, 0])
        #expect(try parts(1, [0, 1]) == [0, 1])
        #expect(try parts(0, [3, 4]) == [0, 0])
        #expect(try parts(.min, [1]) == [.min])
        #expect(try parts(.max, [.max, .max]) == [.max / 2 + 1, .max / 2])
        #expect(throws: MoneyError.self) { try parts(1, []) }
        #expect(throws: MoneyError.self) { try parts(1, [0, 0]) }
        #expect(throws: MoneyError.self) { try parts(1, [2, -1]) }
    }

    @Test("Keeps every part within one minor unit of its share, for random weights")
    func splitProperty() throws {
        var random = SplitMix64(seed: 1_000_003)
        for _ in 0..<3_000 {
            let amount = Int64(bitPattern: random.next()) >> 20
            let weights = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                Int64.random(in: 0...1_000_000, using: &random)
            }
            let total = weights.reduce(0, +)
            guard total > 0 else { continue }
            let parts = try Money(amount, .eur).split(by: weights).map(\.minorUnits)
            #expect(parts.reduce(0, +) == amount, "seed \(random.seed)")
            for (part, weight) in zip(parts, weights) {
                let distance = Int128(part) * Int128(total) - Int128(amount) * Int128(weight)
                #expect(distance.magnitude < Int128(total).magnitude, "seed \(random.seed)")
            }
        }
    }
}
