internal import Identifiers
internal import RPC

/// From when to when a caller wants to see the journal, both included.
struct TimeRange: Sendable {
    private(set) var from: Timestamp
    private(set) var to: Timestamp

    /// - Parameters: Unix microseconds; 0: without that end.
    /// - Throws: `INVALID_ARGUMENT` if the end is before the beginning.
    init(from: Int64, to: Int64) throws(RPCError) {
        guard to == 0 || from <= to else {
            throw .invalidArgument(field: "to_us", "must not be before from_us")
        }
        self.from = Timestamp(microseconds: from)
        self.to = Timestamp(microseconds: to == 0 ? .max : to)
    }

    /// Narrows it to what comes behind a page that ended at `time`.
    mutating func goOn(after time: Timestamp, isOldestFirst: Bool) {
        if isOldestFirst {
            self.from = max(self.from, time + .microseconds(1))
        } else {
            self.to = min(self.to, time - .microseconds(1))
        }
    }
}
