import CoreMetrics
import PrometheusMetrics
import Testing

@Suite("Prometheus")
struct PrometheusMetricsTests {
    /// Lines of the text format, strictly: type lines before their samples, names and labels of
    /// the allowed letters, no sample twice.
    private static func parse(_ text: String) throws -> [String: String] {
        let type = /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/
        let sample = /([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[^}]*\})?) (-?[0-9.e+-]+|NaN|[+-]Inf)/
        let labels =
            /[a-zA-Z_:][a-zA-Z0-9_:]*\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*\}/
        var samples: [String: String] = [:]
        var typed = ""
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
            if let match = line.wholeMatch(of: type) {
                typed = String(match.1)
                continue
            }
            let match = try #require(line.wholeMatch(of: sample), "\(line)")
            #expect(match.1.hasPrefix(typed), "\(line) has no type")
            if match.1.contains("{") { #expect(match.1.wholeMatch(of: labels) != nil, "\(line)") }
            #expect(samples[String(match.1)] == nil, "\(line) comes twice")
            samples[String(match.1)] = String(match.2)
        }
        return samples
    }

    @Test("Counters, gauges and sums are told with their labels, sorted and escaped")
    func values() throws {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(
            label: "calls.total", dimensions: [("method", "a\"b\\c\nd"), ("code", "OK")]
        )
        .increment(by: 3)
        let meter = metrics.makeMeter(label: "in_flight", dimensions: [])
        meter.increment(by: 5)
        meter.decrement(by: 2)
        metrics.makeFloatingPointCounter(label: "7seconds", dimensions: []).increment(by: 1.5)
        metrics.makeRecorder(label: "size", dimensions: [], aggregate: false).record(12.25)
        let samples = try Self.parse(metrics.render())
        #expect(samples[#"calls_total{code="OK",method="a\"b\\c\nd"}"#] == "3")
        #expect(samples["in_flight"] == "3")
        #expect(samples["_7seconds"] == "1.5")
        #expect(samples["size"] == "12.25")
        #expect(samples["process_open_fds"].flatMap { Int($0) }.map { $0 > 2 } == true)
        #expect(
            samples["process_resident_memory_bytes"].flatMap { Int($0) }.map { $0 > 1 << 20 }
                == true)
    }

    @Test("A latency counts in every bucket that it does not exceed, in seconds")
    func histogram() throws {
        let metrics = PrometheusMetrics()
        let timer = metrics.makeTimer(label: "latency_seconds", dimensions: [("method", "m")])
        for nanoseconds: Int64 in [0, 10_000, 10_001, 1_000_000, 61_000_000_000, -5] {
            timer.recordNanoseconds(nanoseconds)
        }
        let samples = try Self.parse(metrics.render())
        func bucket(_ bound: String) -> String? {
            samples["latency_seconds_bucket{method=\"m\",le=\"\(bound)\"}"]
        }
        #expect(bucket("1e-05") == "3")
        #expect(bucket("1.6e-05") == "4")
        #expect(bucket("0.001") == "5")
        #expect(bucket("60") == "5")
        #expect(bucket("+Inf") == "6")
        #expect(samples["latency_seconds_count{method=\"m\"}"] == "6")
        #expect(samples["latency_seconds_sum{method=\"m\"}"] == "61.001020001")
    }

    @Test("The same label and dimensions are the same series; other kinds of it record nothing")
    func same() throws {
        let metrics = PrometheusMetrics()
        for _ in 0..<2 {
            metrics.makeCounter(label: "a", dimensions: [("x", "1"), ("y", "2")]).increment(by: 1)
            metrics.makeCounter(label: "a", dimensions: [("y", "2"), ("x", "1")]).increment(by: 1)
        }
        metrics.makeTimer(label: "a", dimensions: [("x", "1"), ("y", "2")]).recordNanoseconds(1)
        let samples = try Self.parse(metrics.render())
        #expect(samples["a{x=\"1\",y=\"2\"}"] == "4")
    }

    @Test("Series beyond the limit are counted as dropped")
    func bounded() throws {
        let metrics = PrometheusMetrics(limit: 2)
        for number in 0..<5 {
            metrics.makeCounter(label: "c", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        let samples = try Self.parse(metrics.render())
        #expect(samples["florin_metrics_dropped_series_total"] == "3")
        #expect(samples.keys.count { $0.hasPrefix("c{") } == 2)
    }

    @Test("Nothing is lost when many record at once")
    func concurrent() async throws {
        let metrics = PrometheusMetrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = metrics.makeCounter(label: "c", dimensions: [])
                    let meter = metrics.makeMeter(label: "m", dimensions: [])
                    let timer = metrics.makeTimer(label: "t", dimensions: [])
                    for _ in 0..<1000 {
                        counter.increment(by: 1)
                        meter.increment(by: 1)
                        timer.recordNanoseconds(1000)
                    }
                }
            }
        }
        let samples = try Self.parse(metrics.render())
        #expect(samples["c"] == "8000")
        #expect(samples["m"] == "8000")
        #expect(samples["t_count"] == "8000")
    }
}
