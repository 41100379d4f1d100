/// How many requests may come: so many a second, and a store of them for a burst.
///
/// A value that is told the time, in seconds of any steady clock.
package struct TokenBucket: Hashable, Sendable {
    private var tokens: Double
    private var filledAt: Double

    package init(burst: Double, at now: Double) {
        self.tokens = burst
        self.filledAt = now
    }

    /// Takes a token.
    ///
    /// - Parameters:
    ///   - rate: Tokens a second. It may change from one call to the next.
    ///   - burst: The most that are kept.
    /// - Returns: Whether there was one.
    package mutating func take(rate: Double, burst: Double, at now: Double) -> Bool {
        // A clock that went back fills nothing.
        let passed = max(0, now - self.filledAt)
        self.filledAt = max(self.filledAt, now)
        self.tokens = min(burst, self.tokens + passed * rate)
        guard self.tokens >= 1 else { return false }
        self.tokens -= 1
        return true
    }

    /// Whether it has been left alone long enough to be as good as new.
    package func isFull(rate: Double, burst: Double, at now: Double) -> Bool {
        self.tokens + max(0, now - self.filledAt) * rate >= burst
    }
}

/// What one key has under way, and how fast its requests come.
package struct KeyUsage: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case admitted
        case tooFast
        case tooMany
    }

    package struct Limits: Hashable, Sendable {
        /// Requests a second, and at once.
        package var rate: Double
        package var burst: Double
        package var concurrency: Int

        package init(rate: Double, burst: Double, concurrency: Int) {
            self.rate = rate
            self.burst = burst
            self.concurrency = concurrency
        }

        /// One gateway's part, when `count` of them share the limits.
        package func shared(by count: Int) -> Limits {
            let count = max(1, count)
            return Limits(
                rate: self.rate / Double(count), burst: max(1, self.burst / Double(count)),
                concurrency: max(1, self.concurrency / count))
        }
    }

    private var bucket: TokenBucket
    package private(set) var running = 0

    package init(_ limits: Limits, at now: Double) {
        self.bucket = TokenBucket(burst: limits.burst, at: now)
    }

    /// Counts a request in; ``end()`` must follow if it is admitted.
    package mutating func begin(_ limits: Limits, at now: Double) -> Verdict {
        guard self.running < limits.concurrency else { return .tooMany }
        guard self.bucket.take(rate: limits.rate, burst: limits.burst, at: now) else {
            return .tooFast
        }
        self.running += 1
        return .admitted
    }

    package mutating func end() { self.running -= 1 }

    /// Whether forgetting it changes nothing.
    package func isIdle(_ limits: Limits, at now: Double) -> Bool {
        self.running == 0
            && self.bucket.isFull(rate: limits.rate, burst: limits.burst, at: now)
    }
}
