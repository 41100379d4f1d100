package import Identifiers
internal import Money

/// Compares the payments with the ledger and with the acquirer.
///
/// Whole lives go in: of every payment that is compared, all its operations and all its transfers.
/// Lines are found by the payment or refund that their reference begins with, transfers by their
/// payment.
package struct Reconciliation: Sendable {
    /// When the comparison is made.
    package let asOf: Timestamp
    /// What is younger is not missed yet.
    package let grace: Duration
    /// What time the acquirer's lines are of. An operation that has no line is a finding only if
    /// it is at least the grace away from both ends: nearer, the clocks of two systems decide.
    package let period: Range<Timestamp>

    package init(asOf: Timestamp, grace: Duration, period: Range<Timestamp>) {
        self.asOf = asOf
        self.grace = grace
        self.period = period
    }

    package func compare(
        _ operations: [Movement], ledger entries: [LedgerEntry]
    ) -> Report {
        var report = Report()
        let items = Dictionary(grouping: entries.map(Item.init)) { $0.group }
        let expected = Dictionary(grouping: operations) { Group($0.paymentID, $0.kind) }
        for group in Set(items.keys).union(expected.keys) {
            self.match(
                expected[group] ?? [], items[group] ?? [], with: .ledger, into: &report)
        }
        report.findings.sort()
        return report
    }

    package func compare(
        _ operations: [Movement], acquirer lines: [SettledLine]
    ) -> Report {
        var report = Report()
        let items = Dictionary(grouping: lines.map(Item.init)) { $0.group }
        let expected = Dictionary(grouping: operations) { Group($0.subject, $0.kind) }
        for group in Set(items.keys).union(expected.keys) {
            self.match(
                expected[group] ?? [], items[group] ?? [], with: .acquirer, into: &report)
        }
        report.findings.sort()
        return report
    }

    /// Both comparisons in one report.
    package func compare(
        _ operations: [Movement], ledger entries: [LedgerEntry], acquirer lines: [SettledLine]
    ) -> Report {
        var report = self.compare(operations, ledger: entries)
        let other = self.compare(operations, acquirer: lines)
        report.findings = (report.findings + other.findings).sorted()
        report.totals.merge(other.totals) { own, _ in own }
        return report
    }

    /// Pairs what belongs together by its id: first what agrees, then what agrees in currency,
    /// then the rest.
    private func match(
        _ operations: [Movement], _ items: [Item], with counterpart: Counterpart,
        into report: inout Report
    ) {
        var group = Pairing(
            operations: operations.sorted { ($0.at, $0.subject) < ($1.at, $1.subject) },
            items: items.sorted { ($0.at, $0.reference) < ($1.at, $1.reference) })
        for (operation, item) in group.pairs(where: { $0.amount == $1.amount }) {
            report.count(operation, as: .matched, with: counterpart)
            report.count(item, as: .matched, with: counterpart)
        }
        // What is not due yet may still get its own counterpart.
        for operation in group.takeOperations(where: { !self.isDue($0.at) }) {
            report.count(operation, as: .notDue, with: counterpart)
        }
        for item in group.takeItems(where: { !self.isDue($0.at) }) {
            report.count(item, as: .notDue, with: counterpart)
        }
        let sameCurrency = group.pairs { $0.amount.currency == $1.amount.currency }
        for (operation, item) in sameCurrency {
            report.add(.amountDiffers, operation, item, with: counterpart)
        }
        for (operation, item) in group.pairs(where: { _, _ in true }) {
            report.add(.currencyDiffers, operation, item, with: counterpart)
        }
        for operation in group.operations {
            self.addMissing(operation, with: counterpart, into: &report)
        }
        for item in group.items {
            let twin = operations.first { counterpart == .acquirer || $0.amount == item.amount }
            report.add(
                twin == nil ? .missingInPayments : .doubled, twin, item, with: counterpart)
        }
    }

    private func addMissing(
        _ operation: Movement, with counterpart: Counterpart, into report: inout Report
    ) {
        switch counterpart {
        case .ledger:
            report.add(.missingInLedger, operation, nil, with: counterpart)
        case .acquirer where self.isExpected(operation.at):
            report.add(.missingAtAcquirer, operation, nil, with: counterpart)
        case .acquirer:
            report.count(operation, as: .outside, with: counterpart)
        }
    }

    private func isDue(_ at: Timestamp) -> Bool { at + self.grace <= self.asOf }

    private func isExpected(_ at: Timestamp) -> Bool {
        at - self.grace >= self.period.lowerBound && at + self.grace < self.period.upperBound
    }
}
