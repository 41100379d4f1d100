internal import Metrics
internal import ReconciliationCore

/// `florin_reconciliation_findings_total{kind}` and `florin_reconciliation_last_run_seconds`.
struct ReconciliationMetrics: Sendable {
    private let findings: [Finding.Kind: Counter]
    private let payments = Counter(label: "florin_reconciliation_payments_total")
    private let lastRun = Gauge(label: "florin_reconciliation_last_run_seconds")

    init() {
        self.findings = Dictionary(
            uniqueKeysWithValues: Finding.Kind.allCases.map { kind in
                (
                    kind,
                    Counter(
                        label: "florin_reconciliation_findings_total",
                        dimensions: [("kind", kind.rawValue)])
                )
            })
    }

    func found(_ finding: Finding) { findings[finding.kind]?.increment() }

    func compared(_ count: Int) { payments.increment(by: count) }

    /// - Parameter now: Unix seconds.
    func ran(at now: Int64) { lastRun.record(now) }
}
