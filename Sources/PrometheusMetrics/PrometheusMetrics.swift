package import CoreMetrics
internal import Synchronization

/// Keeps what a process counts, and tells it in Prometheus's text format.
///
/// The number of series is bounded: what comes beyond is counted as dropped, and recorded nowhere.
package final class PrometheusMetrics: MetricsFactory, Sendable {
    enum Series: Sendable {
        case counter(CounterSeries)
        case sum(GaugeSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)

        var type: String {
            switch self {
            case .counter, .sum: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    struct Key: Hashable, Sendable {
        let name: String
        /// As the format has them, without braces; sorted.
        let labels: String
    }

    private struct State {
        var series: [Key: Series] = [:]
        var dropped: Int64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    package init(limit: Int = 10_000) {
        self.limit = limit
    }

    var snapshot: (series: [Key: Series], dropped: Int64) {
        self.state.withLock { ($0.series, $0.dropped) }
    }

    private func find(
        _ label: String, _ dimensions: [(String, String)], _ make: () -> Series
    ) -> Series? {
        let key = Key(name: TextFormat.name(label), labels: TextFormat.labels(dimensions))
        return self.state.withLock { state in
            if let known = state.series[key] { return known }
            guard state.series.count < self.limit else {
                state.dropped += 1
                return nil
            }
            let series = make()
            state.series[key] = series
            return series
        }
    }

    // MARK: MetricsFactory

    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        if case .counter(let series) = self.find(label, dimensions, { .counter(CounterSeries()) }) {
            return series
        }
        return NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        if case .sum(let series) = self.find(label, dimensions, { .sum(GaugeSeries()) }) {
            return series
        }
        return NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        if case .gauge(let series) = self.find(label, dimensions, { .gauge(GaugeSeries()) }) {
            return series
        }
        return NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        let made = self.find(label, dimensions) {
            aggregate ? .histogram(HistogramSeries(.sizes, scale: 1)) : .gauge(GaugeSeries())
        }
        switch made {
        case .gauge(let series): return series
        case .histogram(let series): return series
        case .counter, .sum, nil: return NOOPMetricsHandler.instance
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let made = self.find(label, dimensions) {
            .histogram(HistogramSeries(.latency, scale: 1e9))
        }
        if case .histogram(let series) = made { return series }
        return NOOPMetricsHandler.instance
    }

    // Series are kept for as long as the process runs: a counter that starts anew is a wrong one.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
