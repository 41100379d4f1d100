#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The time of day: handed in, so that a test can set it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}

/// The machine's own clock.
package struct SystemClock: WallClock {
    package init() {}

    package func now() -> Timestamp {
        var time = timespec()
        // It cannot fail for this clock and a valid pointer.
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(
            microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
