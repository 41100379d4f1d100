internal import Metrics

/// What is counted of events that go to a broker.
struct PublicationCounters: Sendable {
    let published: Counter
    let failures: Counter
    let backlog: Gauge
    let oldest: Gauge

    init(_ factory: any MetricsFactory) {
        self.published = Counter(label: "florin_events_published_total", factory: factory)
        self.failures = Counter(
            label: "florin_events_publication_failures_total", factory: factory)
        self.backlog = Gauge(label: "florin_events_unpublished", factory: factory)
        self.oldest = Gauge(label: "florin_events_unpublished_oldest_seconds", factory: factory)
    }
}
