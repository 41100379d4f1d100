/// How often something is tried, and how long it rests in between.
///
/// Rests grow from ``firstDelay`` by ``factor`` up to ``cap``; of each, a random share is taken
/// (full jitter), so that what failed together does not come back together.
package struct RetryPolicy: Hashable, Sendable {
    /// Tries in all, the first included. At least 1.
    package let attempts: Int
    /// The longest rest after the first try.
    package let firstDelay: Duration
    /// By how much the longest rest grows with each try. At least 1.
    package let factor: Int
    /// No rest is longer.
    package let cap: Duration
    /// How long one try may take.
    package let attemptTimeout: Duration

    package init(
        attempts: Int, firstDelay: Duration, factor: Int = 2, cap: Duration,
        attemptTimeout: Duration
    ) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.factor = factor
        self.cap = cap
        self.attemptTimeout = attemptTimeout
    }

    /// Whether the figures make sense together.
    package var isValid: Bool {
        attempts >= 1 && factor >= 1 && firstDelay >= .zero && cap >= firstDelay
            && attemptTimeout > .zero
    }

    /// The longest rest after the given try, counted from 1.
    package func longestDelay(afterTry number: Int) -> Duration {
        var delay = firstDelay
        for _ in 1..<max(number, 1) {
            guard delay < cap, factor > 1, delay > .zero else { break }
            delay = delay * factor
        }
        return min(delay, cap)
    }

    /// The rest after the given try: an even share of the longest one, from none to nearly all.
    ///
    /// - Parameter random: Evenly distributed over all its values.
    package func delay(afterTry number: Int, random: UInt64) -> Duration {
        let longest = longestDelay(afterTry: number)
        let (seconds, attoseconds) = longest.components
        let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        let share = random.multipliedFullWidth(by: UInt64(clamping: nanoseconds)).high
        return .nanoseconds(Int64(clamping: share))
    }
}
