internal import Money

/// The acquirer's list of what it settled, as it comes in a file; docs/reconciliation.md has the
/// format.
package struct SettlementFile: Hashable, Sendable {
    package static let columns = ["reference", "type", "amount", "currency", "occurred_at"]

    /// In the file's order, each as often as it is there.
    package let lines: [SettledLine]
    package let totals: SettlementTotals

    package init(_ lines: [SettledLine]) {
        self.lines = lines
        var totals = SettlementTotals()
        for line in lines { totals.add(line.kind, line.amount) }
        self.totals = totals
    }

    init(lines: [SettledLine], totals: SettlementTotals) {
        self.lines = lines
        self.totals = totals
    }

    /// The file's text.
    package var text: String {
        var writer = SettlementWriter()
        return writer.header() + self.lines.map { writer.line($0) }.joined() + writer.closing()
    }
}

/// Writes a file in pieces, so that none has to be held whole.
package struct SettlementWriter: Sendable {
    package private(set) var totals = SettlementTotals()

    package init() {}

    package func header() -> String {
        SettlementFile.columns.joined(separator: ",") + "\n"
    }

    package mutating func line(_ line: SettledLine) -> String {
        self.totals.add(line.kind, line.amount)
        return "\(line.reference),\(line.kind.rawValue),\(line.amount.minorUnits),"
            + "\(line.amount.currency),\(line.at)\n"
    }

    package func closing() -> String { self.totals.closingLine + "\n" }
}
