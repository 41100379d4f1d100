internal import Metrics
internal import ReconciliationCore

/// `florin_reconciliation_findings_total{kind}` and `florin_reconciliation_last_run_seconds`.
struct ReconciliationMetrics: Sendable {
    private let findings: [Finding.Kind: Counter]
    private let payments: Counter
    private let unread: Counter
    private let lastRun: Gauge

    init(_ factory: any MetricsFactory) {
        self.payments = Counter(label: "florin_reconciliation_payments_total", factory: factory)
        self.unread = Counter(label: "florin_reconciliation_unreadable_total", factory: factory)
        self.lastRun = Gauge(label: "florin_reconciliation_last_run_seconds", factory: factory)
        self.findings = Dictionary(
            uniqueKeysWithValues: Finding.Kind.allCases.map { kind in
                (
                    kind,
                    Counter(
                        label: "florin_reconciliation_findings_total",
                        dimensions: [("kind", kind.rawValue)], factory: factory)
                )
            })
    }

    func found(_ finding: Finding) { findings[finding.kind]?.increment() }

    func compared(_ count: Int) { payments.increment(by: count) }

    func unreadable() { unread.increment() }

    /// - Parameter now: Unix seconds.
    func ran(at now: Int64) { lastRun.record(now) }
}
