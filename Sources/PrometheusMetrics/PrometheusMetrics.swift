package import CoreMetrics
internal import Synchronization

/// Keeps what swift-metrics records, and renders it for Prometheus.
///
/// Recording takes no lock: a handler holds its series. The registry's own lock is taken when a
/// metric is made, and for a moment by each rendering.
package final class PrometheusMetrics: Sendable {
    /// Series at once. A histogram counts as one. What is made beyond records nothing: a label
    /// with too many values must not take the memory of the process.
    package static let seriesLimit = 10_000
    package static let droppedName = "florin_metrics_dropped_series_total"

    struct Family {
        let type: MetricType
        /// By their labels as they are rendered.
        var series: [String: any Series] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var count = 0
    }

    /// What metrics mean, by name: their `# HELP`.
    let help: [String: String]
    private let limit: Int
    private let state = Mutex(State())
    private let dropped = Atomic<UInt64>(0)

    /// - Parameter help: What metrics mean, by name.
    package init(help: [String: String] = [:], limit: Int = PrometheusMetrics.seriesLimit) {
        self.help = help
        self.limit = limit
    }

    var droppedSeries: UInt64 { self.dropped.load(ordering: .relaxed) }

    func families() -> [String: Family] { self.state.withLock(\.families) }

    /// The series of that name and those labels: the one that there is, or a new one. `nil` when
    /// there are too many, or when the name belongs to a metric of another type.
    private func series<S: Series>(
        _ label: String, _ dimensions: [(String, String)], _ make: () -> S
    ) -> S? {
        let name = MetricName.metric(label)
        let labels = MetricName.labels(dimensions)
        let series: S? = self.state.withLock { state in
            var family = state.families[name] ?? Family(type: S.type)
            if let known = family.series[labels] { return known as? S }
            guard family.type == S.type, state.count < self.limit else { return nil }
            let series = make()
            family.series[labels] = series
            state.families[name] = family
            state.count += 1
            return series
        }
        if series == nil { self.dropped.add(1, ordering: .relaxed) }
        return series
    }
}

extension PrometheusMetrics: MetricsFactory {
    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        self.series(label, dimensions) { CounterSeries() } ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        self.series(label, dimensions) { FloatingCounterSeries() } ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, dimensions) { GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    /// A recorder that does not aggregate is a gauge.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            return self.series(label, dimensions) { ValueHistogram() }
                ?? NOOPMetricsHandler.instance
        }
        return self.series(label, dimensions) { GaugeSeries() } ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, dimensions) { TimeHistogram() } ?? NOOPMetricsHandler.instance
    }

    // Series are kept for as long as the process runs: a counter that starts anew is a wrong one.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
