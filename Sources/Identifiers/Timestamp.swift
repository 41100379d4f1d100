/// A point in time, to the microsecond, as PostgreSQL keeps it.
package struct Timestamp: Hashable, Sendable, Comparable {
    /// Since the beginning of 1970 in UTC, without leap seconds; negative before.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The time that much later. Below a microsecond the duration counts down towards zero; past
    /// the ends of time the result stays at the end.
    package static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = time.microseconds.addingReportingOverflow(
            duration.wholeMicroseconds)
        guard overflow else { return Timestamp(microseconds: sum) }
        return Timestamp(microseconds: time.microseconds > 0 ? .max : .min)
    }

    package static func - (time: Timestamp, duration: Duration) -> Timestamp {
        time + (.zero - duration)
    }

    /// How long it is from `right` to `left`.
    package static func - (left: Timestamp, right: Timestamp) -> Duration {
        .microseconds(left.microseconds) - .microseconds(right.microseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// RFC 3339 in UTC: "2026-11-20T15:04:05.000250Z".
    package var description: String {
        let (_, rest) = self.daysAndRest
        let (seconds, fraction) = rest.quotientAndRemainder(dividingBy: 1_000_000)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60]
            .map { zeroPadded($0, to: 2) }
            .joined(separator: ":")
        return "\(self.day)T\(clock).\(zeroPadded(fraction, to: 6))Z"
    }

    /// The day in UTC.
    package var day: CalendarDay {
        CalendarDay(daysSinceEpoch: self.daysAndRest.days)
    }

    /// Whole days since 1970, rounded down, and the microseconds since midnight.
    private var daysAndRest: (days: Int64, rest: Int64) {
        let perDay: Int64 = 86_400_000_000
        let (quotient, remainder) = self.microseconds.quotientAndRemainder(dividingBy: perDay)
        return remainder < 0 ? (quotient - 1, remainder + perDay) : (quotient, remainder)
    }
}

extension Duration {
    /// Rounded towards zero, and held at the ends of `Int64`.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let total = Int128(seconds) * 1_000_000 + Int128(attoseconds / 1_000_000_000_000)
        return Int64(clamping: total)
    }
}
