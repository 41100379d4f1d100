internal import Metrics

/// What is counted of deliveries.
struct WebhookCounters: Sendable {
    private let delivered: Counter
    private let failed: Counter
    private let dead: Counter
    let backlog: Gauge
    let oldestDue: Gauge

    init(_ factory: any MetricsFactory) {
        func counter(_ result: String) -> Counter {
            Counter(
                label: "florin_webhook_deliveries_total", dimensions: [("result", result)],
                factory: factory)
        }
        self.delivered = counter("delivered")
        self.failed = counter("failed")
        self.dead = counter("dead")
        self.backlog = Gauge(label: "florin_webhook_backlog", factory: factory)
        self.oldestDue = Gauge(label: "florin_webhook_oldest_due_seconds", factory: factory)
    }

    func count(_ settlement: Settlement) {
        switch settlement.state {
        case .delivered: self.delivered.increment()
        case .again: self.failed.increment()
        case .dead: self.dead.increment()
        case .abandoned: break
        }
    }

    /// Those that were given up without an attempt.
    func countDead(_ count: Int) { if count > 0 { self.dead.increment(by: count) } }
}
