package import Identifiers
internal import Synchronization

/// A clock that stands still until the test moves it.
package final class ManualClock: WallClock {
    private let time: Mutex<Timestamp>

    /// - Parameter start: 2026-01-01T00:00:00Z unless told otherwise.
    package init(_ start: Timestamp = Timestamp(microseconds: 1_767_225_600_000_000)) {
        self.time = Mutex(start)
    }

    package func now() -> Timestamp { self.time.withLock(\.self) }

    /// Moves the clock on, or back for a negative duration.
    package func advance(by duration: Duration) {
        self.time.withLock { $0 = $0 + duration }
    }

    package func set(to time: Timestamp) {
        self.time.withLock { $0 = time }
    }
}
