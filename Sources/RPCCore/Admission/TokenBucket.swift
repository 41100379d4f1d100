/// Lets through so many a second, and after a pause a burst.
///
/// Pure. It keeps no count but the moment at which the bucket would be full: taking a token moves
/// that moment on (the generic cell rate algorithm, as ATM networks define it), so that nothing
/// drifts and nothing has to be refilled.
package struct TokenBucket: Hashable, Sendable {
    /// Time that one token stands for.
    private let interval: Nanoseconds
    /// How far ahead of now `full` may lie.
    private let depth: Nanoseconds
    private var full: Nanoseconds = 0

    /// - Parameters:
    ///   - perSecond: At least 1; at most a thousand million.
    ///   - burst: How many may come at once after a pause; at least 1.
    package init(perSecond: Int, burst: Int) {
        self.interval = max(1, 1_000_000_000 / Nanoseconds(max(1, perSecond)))
        self.depth = self.interval.multipliedClipped(by: Nanoseconds(max(1, burst)))
    }

    /// - Returns: `nil` if a token was there and was taken; else how long until one is.
    package mutating func take(at now: Nanoseconds) -> Nanoseconds? {
        let next = max(self.full, now) + self.interval
        let latest = now + self.depth
        if next > latest { return next - latest }
        self.full = next
        return nil
    }
}

extension Nanoseconds {
    fileprivate func multipliedClipped(by factor: Nanoseconds) -> Nanoseconds {
        let (product, overflow) = self.multipliedReportingOverflow(by: factor)
        return overflow ? Nanoseconds.max / 4 : Swift.min(product, Nanoseconds.max / 4)
    }
}
