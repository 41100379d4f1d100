package import Identifiers

/// Which parts a table needs so that all times up to one have a part of their own.
package struct PartitionPlan: Hashable, Sendable {
    /// In their order; the last takes what comes after them. Empty: all is there.
    package let missing: [Partition]
    /// The part whose place they take, unless it was removed already.
    package let replaced: Partition?
    /// Of which the new ones are to have the settings.
    package let model: Partition?

    /// - Parameter parts: Those of one table, whose spans do not overlap.
    package init(table: String, parts: [Partition], until time: Timestamp) {
        let ordered = parts.filter { !$0.isLater }
            .sorted { ($0.begin?.microseconds ?? .min) < ($1.begin?.microseconds ?? .min) }
        let gap = ordered.indices.first { index in
            index + 1 == ordered.count || ordered[index].end != ordered[index + 1].begin
        }
        self.replaced = parts.first(where: \.isLater)
        self.model = gap.map { ordered[$0] }
        guard let gap, let edge = ordered[gap].end else {
            self.missing = []
            return
        }
        let spans = Self.spans(from: edge, until: time, months: Self.months(of: ordered[gap]))
        guard self.replaced == nil || !spans.isEmpty else {
            self.missing = []
            return
        }
        let new = spans.map { begin, end in
            Partition(
                table: table, name: Self.name(table, begin, end), begin: begin.start,
                end: end.start)
        }
        let later = Partition(
            table: table, name: Partition.laterName(of: table), begin: new.last?.end ?? edge,
            end: gap + 1 < ordered.count ? ordered[gap + 1].begin : nil)
        self.missing = new + [later]
    }

    /// A quarter, where the part before is not of a known length.
    private static func months(of part: Partition) -> Int {
        guard let begin = part.begin, let end = part.end else { return 3 }
        return max(1, CalendarMonth(of: end).months(since: CalendarMonth(of: begin)))
    }

    private static func spans(
        from edge: Timestamp, until time: Timestamp, months: Int
    ) -> [(begin: CalendarMonth, end: CalendarMonth)] {
        var spans: [(begin: CalendarMonth, end: CalendarMonth)] = []
        var begin = CalendarMonth(of: edge)
        while begin.start < time {
            spans.append((begin, begin.advanced(by: months)))
            begin = begin.advanced(by: months)
        }
        return spans
    }

    /// `payment_2027_q1`, `journal_2029_01`
    private static func name(
        _ table: String, _ begin: CalendarMonth, _ end: CalendarMonth
    ) -> String {
        if end.months(since: begin) == 3 {
            return "\(table)_\(begin.year)_q\((begin.month + 2) / 3)"
        }
        return "\(table)_\(begin.year)_\(begin.month < 10 ? "0" : "")\(begin.month)"
    }
}
