internal import NIOCore
internal import RPCCore

/// This machine's monotonic clock.
enum Monotonic {
    static var now: Nanoseconds { NIODeadline.now().uptimeNanoseconds }
}

/// The moment after which nobody waits for a call's answer, on this machine's monotonic clock.
///
/// Between machines what is left travels, not the moment: no two clocks need agree.
package struct RPCDeadline: Hashable, Sendable, Comparable {
    private let moment: Nanoseconds

    /// The deadline `timeout` from `now`.
    static func after(_ timeout: Duration, now: Nanoseconds = Monotonic.now) -> Self {
        RPCDeadline(moment: now + timeout.nanoseconds)
    }

    /// What is left; negative once it has passed.
    package func remaining() -> Duration {
        .nanoseconds(Int64(bitPattern: self.moment &- Monotonic.now))
    }

    package func hasPassed() -> Bool { self.hasPassed(now: Monotonic.now) }

    func hasPassed(now: Nanoseconds) -> Bool { self.moment <= now }

    package static func < (left: Self, right: Self) -> Bool { left.moment < right.moment }
}
