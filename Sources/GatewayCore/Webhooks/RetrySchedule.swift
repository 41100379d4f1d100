package import Identifiers

/// When a delivery that failed is tried again.
///
/// Exponential, with full jitter: what failed together does not come back together.
package struct RetrySchedule: Hashable, Sendable {
    /// The longest wait after the first attempt; it grows fourfold with each.
    package let first: Duration
    package let longest: Duration
    /// After that it is a dead letter.
    package let giveUpAfter: Duration

    package init(
        first: Duration = .seconds(5), longest: Duration = .seconds(12 * 3_600),
        giveUpAfter: Duration = .seconds(72 * 3_600)
    ) {
        self.first = first
        self.longest = longest
        self.giveUpAfter = giveUpAfter
    }

    /// - Parameters:
    ///   - attempts: How many there were; at least 1.
    ///   - begun: When the delivery was to be made first.
    /// - Returns: `nil` when it is given up. The last attempt is at the very end, not before it.
    package func next(
        after attempts: Int, begun: Timestamp, at now: Timestamp,
        randomness: inout some RandomNumberGenerator
    ) -> Timestamp? {
        let end = begun + self.giveUpAfter
        guard now < end else { return nil }
        return min(now + self.ceiling(attempts) * Double.random(in: 0..<1, using: &randomness), end)
    }

    /// The longest wait after so many attempts.
    package func ceiling(_ attempts: Int) -> Duration {
        // 4^20 times anything is longer than the longest.
        let factor = 1 << (2 * min(max(attempts - 1, 0), 20))
        return min(self.first * factor, self.longest)
    }
}

/// How long an endpoint is left alone that took nothing several times in a row, and how much is
/// sent to it at once.
package enum EndpointHealth {
    /// Failures that come to nothing more than one delivery at a time.
    private static let tolerated = 2
    private static let first = Duration.seconds(1)
    private static let longest = Duration.seconds(300)

    /// - Parameter failures: Since a delivery succeeded.
    /// - Returns: At least half of a time that doubles with each failure, 300 seconds at most.
    package static func pause(
        after failures: Int, randomness: inout some RandomNumberGenerator
    ) -> Duration {
        guard failures > self.tolerated else { return .zero }
        let ceiling = min(self.first * (1 << min(failures - self.tolerated - 1, 20)), self.longest)
        return ceiling * ((1 + Double.random(in: 0..<1, using: &randomness)) / 2)
    }

    /// How many deliveries may be under way to it.
    package static func window(failures: Int, most: Int) -> Int { failures == 0 ? most : 1 }
}
