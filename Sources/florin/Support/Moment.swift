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

    /// How long something took: `12 ms`, `3.4 s`, `2 h 5 min`.
    static func span(_ microseconds: Int64) -> String {
        let milliseconds = microseconds / 1_000
        let minutes = milliseconds / 60_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        if minutes < 1 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
        if minutes < 60 { return "\(minutes) min \(milliseconds % 60_000 / 1_000) s" }
        return "\(minutes / 60) h \(minutes % 60) min"
    }

    /// `16:04:05.123`
    static func time(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        let date = Date(timeIntervalSince1970: TimeInterval(microseconds) / 1_000_000)
        return date.formatted(
            Date.ISO8601FormatStyle().time(includingFractionalSeconds: true))
    }
}
