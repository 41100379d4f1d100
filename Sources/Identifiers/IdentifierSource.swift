internal import Synchronization

/// Where new ids come from: handed in, so that a simulation can repeat them.
package protocol IdentifierSource: Sendable {
    func next<Kind>(_ kind: Kind.Type) -> Identifier<Kind>
}

/// Ids of UUID version 7: the time first, then randomness.
///
///      48 bits           4   12 bits                  2   62 bits
///     ├ Unix milliseconds ┼ 7 ┼ 4096ths of a millisecond ┼ 2 ┼ random ┤
///
/// Kinds with derived bits have that many of the random bits set to zero.
package struct SystemIdentifierSource<Randomness: RandomNumberGenerator & Sendable>:
    IdentifierSource
{
    private let clock: any WallClock
    private let randomness: SharedRandomness<Randomness>

    /// - Parameter randomness: Must be unpredictable outside tests: an id is not a secret, but
    ///   nobody should meet another's by guessing.
    package init(clock: any WallClock, randomness: Randomness) {
        self.clock = clock
        self.randomness = SharedRandomness(randomness)
    }

    package func next<Kind>(_ kind: Kind.Type) -> Identifier<Kind> {
        let microseconds = UInt64(clamping: self.clock.now().microseconds)
        let fraction = (microseconds % 1000) * 4096 / 1000
        let random = self.randomness.next() & (.max >> 2)
        let kept = ~((1 << UInt64(Kind.derivedBits)) - 1) as UInt64
        return Identifier(
            uuid: UUID128(
                high: (microseconds / 1000) << 16 | 0x7000 | fraction,
                low: (0b10 << 62 | random) & kept))
    }
}

extension SystemIdentifierSource<SystemRandomNumberGenerator> {
    package init(clock: any WallClock = SystemClock()) {
        self.init(clock: clock, randomness: SystemRandomNumberGenerator())
    }
}

/// One generator for all who ask.
private final class SharedRandomness<Randomness: RandomNumberGenerator & Sendable>: Sendable {
    private let generator: Mutex<Randomness>

    init(_ generator: Randomness) {
        self.generator = Mutex(generator)
    }

    func next() -> UInt64 {
        self.generator.withLock { $0.next() }
    }
}
