internal import Foundation

/// A moment as people read it, in UTC.
enum Moment {
    /// `2026-11-22 16:04:05`; empty for 0, which means never.
    static func text(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        let date = Date(timeIntervalSince1970: TimeInterval(microseconds / 1_000_000))
        return date.formatted(
            Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day().time(
                includingFractionalSeconds: false))
    }

    /// `16:04:05.123`
    static func time(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        let date = Date(timeIntervalSince1970: TimeInterval(microseconds) / 1_000_000)
        return date.formatted(
            Date.ISO8601FormatStyle().time(includingFractionalSeconds: true))
    }
}
