internal import ConsoleCore
internal import Identifiers
internal import Metrics
internal import Synchronization

/// What the HTTP API answered, for its metrics and for the console.
final class HTTPTraffic: Sendable {
    /// What there was within a while.
    struct Count: Sendable {
        var answers = 0
        /// Of these, with a status of 500 or more.
        var failures = 0
        var latencies = LatencyCounts()
    }

    private let count = Mutex(Count())
    private let latency: Timer
    /// From 1xx on.
    private let answers: [Counter]

    init(_ metrics: any MetricsFactory) {
        self.latency = Timer(label: "florin_http_latency_seconds", dimensions: [], factory: metrics)
        self.answers = (1...5).map { hundreds in
            Counter(
                label: "florin_http_answers_total", dimensions: [("status", "\(hundreds)xx")],
                factory: metrics)
        }
    }

    func note(status: Int, took: Duration) {
        let microseconds = took.wholeMicroseconds
        self.latency.recordNanoseconds(microseconds.multipliedReportingOverflow(by: 1_000).0)
        self.answers[min(max(status / 100, 1), 5) - 1].increment()
        self.count.withLock { count in
            count.answers += 1
            if status >= 500 { count.failures += 1 }
            count.latencies.record(microseconds: microseconds)
        }
    }

    /// What there was since it was taken last.
    func take() -> Count {
        self.count.withLock { count in
            let taken = count
            count = Count()
            return taken
        }
    }
}
