internal import ArgumentParser
internal import Identifiers

/// A period of time, its end not in it.
struct PeriodOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Its beginning: a day in UTC, or a moment like 2026-11-20T12:00:00Z.",
            valueName: "time"), transform: PeriodOptions.moment)
    var from: Timestamp

    @Option(
        help: ArgumentHelp("Its end, not in it: likewise.", valueName: "time"),
        transform: PeriodOptions.moment)
    var to: Timestamp

    func validate() throws {
        guard self.from < self.to else { throw ValidationError("--from must be before --to") }
        guard self.from.microseconds >= 0 else {
            throw ValidationError("--from must not be before 1970")
        }
    }

    static func moment(_ text: String) throws -> Timestamp {
        if let moment = CalendarDay(text)?.start ?? Timestamp(rfc3339: text) { return moment }
        throw ValidationError(
            "'\(text)' is no day like 2026-11-20 and no moment like "
                + "2026-11-20T12:00:00Z")
    }
}
