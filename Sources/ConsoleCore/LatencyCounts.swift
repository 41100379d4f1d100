/// How long things took: counts in ranges, eight for each doubling, from 64 µs to over a minute.
package struct LatencyCounts: Hashable, Sendable {
    private static let shift = 6
    private static let ranges = 8 * 21
    private var counts = [UInt32](repeating: 0, count: ranges)
    package private(set) var total = 0

    package init() {}

    package mutating func record(microseconds: Int64) {
        self.counts[Self.range(of: microseconds)] += 1
        self.total += 1
    }

    /// At most that long took so large a part; `nil` when there was nothing. Within an eighth of
    /// the truth.
    package func microseconds(at part: Double) -> Int64? {
        guard self.total > 0 else { return nil }
        let wanted = max(1, Int((Double(self.total) * part).rounded(.up)))
        var seen = 0
        for (index, count) in self.counts.enumerated() {
            seen += Int(count)
            if seen >= wanted { return Self.upperEnd(of: index) }
        }
        return Self.upperEnd(of: Self.ranges - 1)
    }

    private static func range(of microseconds: Int64) -> Int {
        let scaled = max(microseconds, 0) >> Self.shift
        guard scaled >= 8 else { return Int(scaled) }
        let doubling = 63 - scaled.leadingZeroBitCount
        let eighth = Int(scaled >> (doubling - 3)) - 8
        return min(8 * (doubling - 2) + eighth, Self.ranges - 1)
    }

    private static func upperEnd(of range: Int) -> Int64 {
        guard range >= 8 else { return Int64(range + 1) << Self.shift }
        return Int64(8 + range % 8 + 1) << (range / 8 - 1 + Self.shift)
    }
}
