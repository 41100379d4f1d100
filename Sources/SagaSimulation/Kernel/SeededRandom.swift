/// The one source of chance in a simulation: SplitMix64, so that a seed means the same everywhere.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Whether what happens that often in a thousand happens now.
    mutating func chance(_ permille: UInt32) -> Bool {
        guard permille > 0 else { return false }
        return next() % 1000 < UInt64(permille)
    }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(number(range))
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// A number that follows from others, for chances that have to come out the same each time.
    static func hash(_ numbers: UInt64...) -> UInt64 {
        numbers.reduce(0x2545_F491_4F6C_DD1D) { mix($0 ^ $1 &* 0x9E37_79B9_7F4A_7C15) }
    }

    private static func mix(_ number: UInt64) -> UInt64 {
        var number = number
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}
