/// The moment after which nobody waits for a call's answer, on this machine's monotonic clock.
///
/// Between machines what is left travels, not the moment: no two clocks need agree.
package struct RPCDeadline: Hashable, Sendable, Comparable {
    package let instant: ContinuousClock.Instant

    package init(_ instant: ContinuousClock.Instant) {
        self.instant = instant
    }

    /// The deadline `timeout` from `now`.
    package static func after(_ timeout: Duration, now: ContinuousClock.Instant = .now) -> Self {
        RPCDeadline(now.advanced(by: timeout))
    }

    /// What is left; negative once it has passed.
    package func remaining(now: ContinuousClock.Instant = .now) -> Duration {
        now.duration(to: self.instant)
    }

    package func hasPassed(now: ContinuousClock.Instant = .now) -> Bool {
        self.instant <= now
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.instant < right.instant
    }
}
