internal import ArgumentParser
internal import Identifiers

/// From when to when, both included; without an end that is not given.
struct OpenPeriodOptions: ParsableArguments {
    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "Nothing before: 2026-11-01 or 2026-11-01T12:00:00Z.", valueName: "time"),
        transform: { try OpenPeriodOptions.microseconds($0, isEnd: false) })
    private var start: Int64?

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("Nothing after; of a day, all of it is meant.", valueName: "time"),
        transform: { try OpenPeriodOptions.microseconds($0, isEnd: true) })
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
        if let start = CalendarDay(text)?.start {
            return isEnd ? start.microseconds + 86_400_000_000 - 1 : start.microseconds
        }
        guard let moment = Timestamp(rfc3339: text) else {
            throw ValidationError(
                "'\(text)' is no day like 2026-11-01 and no moment like 2026-11-01T12:00:00Z")
        }
        return moment.microseconds
    }
}
