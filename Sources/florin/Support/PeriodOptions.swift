internal import ArgumentParser
internal import Foundation

/// From when to when, both included.
struct PeriodOptions: ParsableArguments {
    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "Nothing before: 2026-11-01 or 2026-11-01T12:00:00Z.", valueName: "time"),
        transform: { try PeriodOptions.microseconds($0, isEnd: false) })
    private var start: Int64?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp(
            "Nothing after; of a day, all of it is meant.", valueName: "time"),
        transform: { try PeriodOptions.microseconds($0, isEnd: true) })
    private var end: Int64?

    /// Unix microseconds; 0 without.
    var from: Int64 { self.start ?? 0 }
    var to: Int64 { self.end ?? 0 }

    func validate() throws {
        guard self.end == nil || self.from <= self.to else {
            throw ValidationError("--to is before --from")
        }
    }

    /// - Parameter isEnd: Whether a day means its last microsecond in place of its first.
    static func microseconds(_ text: String, isEnd: Bool) throws -> Int64 {
        let day = Date.ISO8601FormatStyle().year().month().day()
        if let date = try? day.parse(text) {
            let start = Int64(date.timeIntervalSince1970) * 1_000_000
            return isEnd ? start + 86_400_000_000 - 1 : start
        }
        let styles = [
            Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true),
        ]
        for style in styles {
            guard let date = try? style.parse(text) else { continue }
            return Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
        }
        throw ValidationError("'\(text)' is not a time like 2026-11-01 or 2026-11-01T12:00:00Z")
    }
}
