internal import CoreMetrics
internal import Metrics
internal import Testing

@testable import PrometheusMetrics

@Suite("Prometheus")
struct PrometheusMetricsTests {
    private let registry = PrometheusMetrics(help: ["calls_total": "Calls,\nby \\code."])

    private func page() throws -> Exposition { try Exposition(self.registry.render()) }

    @Test("Renders counters with their help and labels")
    func counters() throws {
        let counter = Counter(
            label: "calls_total", dimensions: [("method", "Get"), ("code", "ok")],
            factory: self.registry)
        counter.increment()
        counter.increment(by: 41)
        // A counter does not fall.
        counter.increment(by: -5)
        let part = FloatingPointCounter(label: "busy_seconds_total", factory: self.registry)
        part.increment(by: 0.25)
        part.increment(by: 0.5)
        let page = try self.page()
        #expect(page.value("calls_total", ["code": "ok", "method": "Get"]) == 42)
        #expect(page.families["calls_total"]?.help == "Calls,\\nby \\\\code.")
        #expect(page.families["calls_total"]?.type == "counter")
        #expect(page.families["busy_seconds_total"]?.type == "counter")
        #expect(page.value("busy_seconds_total") == 0.75)
    }

    @Test("Renders meters and gauges")
    func gauges() throws {
        let meter = Meter(label: "in_flight", factory: self.registry)
        for _ in 0..<5 { meter.increment() }
        meter.decrement(by: 2)
        Gauge(label: "left_seconds", factory: self.registry).record(-12.5)
        let page = try self.page()
        #expect(page.value("in_flight") == 3)
        #expect(page.value("left_seconds") == -12.5)
        #expect(page.families["left_seconds"]?.type == "gauge")
    }

    @Test(
        "Puts a duration into the first bucket that holds it",
        arguments: [
            (0, "1e-05"), (10_000, "1e-05"), (10_001, "1.6e-05"), (16_384, "2.5e-05"),
            (63_001, "0.0001"), (999_999_999, "1"), (60_000_000_000, "60"),
            (60_000_000_001, "+Inf"), (Int64.max, "+Inf"), (-1, "1e-05"),
        ] as [(Int64, String)])
    func timers(duration: Int64, bound: String) throws {
        let timer = Timer(label: "latency_seconds", factory: self.registry)
        timer.recordNanoseconds(duration)
        let page = try self.page()
        let buckets = try #require(page.families["latency_seconds"]).samples
            .filter { $0.name == "latency_seconds_bucket" }
        #expect(buckets.first { $0.value == 1 }?.labels["le"] == bound)
        #expect(page.value("latency_seconds_count") == 1)
        #expect(page.value("latency_seconds_sum") == Double(max(0, duration)) / 1e9)
    }

    @Test("Has bounds from 10 microseconds to a minute, no step above two thirds")
    func bounds() {
        let bounds = TimeHistogram.bounds
        #expect(bounds.first == 10_000)
        #expect(bounds.last == 60_000_000_000)
        #expect(bounds.count < Buckets.capacity)
        #expect(ValueHistogram.bounds.count < Buckets.capacity)
        for (low, high) in zip(bounds, bounds.dropFirst()) {
            #expect(Double(high) / Double(low) > 1.4 && Double(high) / Double(low) < 1.67)
        }
    }

    @Test("Renders recorders that aggregate as histograms")
    func recorders() throws {
        let recorder = Recorder(
            label: "size_bytes", dimensions: [("side", "a")], factory: self.registry)
        for value in [0, 1, 3, 1_000_000_001] { recorder.record(value) }
        let page = try self.page()
        #expect(page.value("size_bytes_bucket", ["side": "a", "le": "1"]) == 2)
        #expect(page.value("size_bytes_bucket", ["side": "a", "le": "5"]) == 3)
        #expect(page.value("size_bytes_count", ["side": "a"]) == 4)
        #expect(page.value("size_bytes_sum", ["side": "a"]) == 1_000_000_005)
    }

    @Test("Makes valid names of any, and escapes what labels hold")
    func names() throws {
        let hostile = "a\"b\\c\nd} 1\n# TYPE x counter é"
        Counter(
            label: "9 bad.näme", dimensions: [("le", hostile), ("a-b", "1"), ("__x", "")],
            factory: self.registry
        ).increment()
        let page = try self.page()
        let labels = ["exported_le": hostile, "a_b": "1", "exported___x": ""]
        #expect(page.value("_9_bad_n_me", labels) == 1)
    }

    @Test("Keeps one series for the same label and dimensions, in whatever order")
    func sameSeries() throws {
        let one = Counter(
            label: "x", dimensions: [("a", "1"), ("b", "2")], factory: self.registry)
        let two = Counter(
            label: "x", dimensions: [("b", "2"), ("a", "1")], factory: self.registry)
        one.increment()
        two.increment()
        #expect(try self.page().value("x", ["a": "1", "b": "2"]) == 2)
        // A counter that started anew would be a wrong one.
        one.destroy()
        #expect(try self.page().value("x", ["a": "1", "b": "2"]) == 2)
    }

    @Test("Keeps no more series than its limit, and counts those it drops")
    func limit() throws {
        let registry = PrometheusMetrics(limit: 3)
        for index in 0..<5 {
            Counter(label: "c", dimensions: [("i", "\(index)")], factory: registry).increment()
        }
        let page = try Exposition(registry.render())
        #expect(page.families["c"]?.samples.count == 3)
        #expect(page.value(PrometheusMetrics.droppedName) == 2)
        #expect(PrometheusMetrics.seriesLimit == 10_000)
    }

    @Test("Drops a series whose name belongs to another type")
    func otherType() throws {
        Counter(label: "x", factory: self.registry).increment()
        Gauge(label: "x", factory: self.registry).record(5)
        let page = try self.page()
        #expect(page.value("x") == 1)
        #expect(page.value(PrometheusMetrics.droppedName) == 1)
    }

    @Test("Loses nothing that many threads record")
    func threads() async throws {
        let registry = self.registry
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    let counter = Counter(label: "c", factory: registry)
                    let meter = Meter(label: "m", factory: registry)
                    let timer = Timer(label: "t", factory: registry)
                    for index in 0..<10_000 {
                        counter.increment()
                        meter.increment()
                        timer.recordNanoseconds(Int64(index))
                    }
                }
            }
        }
        let page = try self.page()
        #expect(page.value("c") == 80_000)
        #expect(page.value("m") == 80_000)
        #expect(page.value("t_count") == 80_000)
    }

    @Test("Renders the process's own metrics")
    func process() throws {
        let page = try self.page()
        #expect(try #require(page.value("process_resident_memory_bytes")) > 1_000_000)
        #expect(try #require(page.value("process_open_fds")) >= 1)
        #expect(try #require(page.value("process_start_time_seconds")) > 1_600_000_000)
        #expect(page.value("process_cpu_seconds_total") != nil)
    }

    @Test("Reads a process's state whatever its name")
    func stat() {
        let fields = (3...24).map { "\($0 * 100)" }.joined(separator: " ")
        let metrics = ProcessMetrics(
            stat: "1 (a) b) (c) \(fields)", system: "cpu 1\nbtime 5000\n", openFiles: 4,
            tickRate: 100, pageSize: 4096)
        #expect(metrics?.cpuSeconds == 29)
        #expect(metrics?.startSeconds == 5022)
        #expect(metrics?.residentBytes == 9_830_400)
        #expect(
            ProcessMetrics(stat: "", system: "", openFiles: 0, tickRate: 100, pageSize: 1) == nil)
    }

    @Test(
        "Is read by a parser that takes nothing else",
        arguments: [
            "x 1\n", "# TYPE x counter\nx 1", "# TYPE x counter\nx{a=1} 1\n",
            "# TYPE x counter\nx{a=\"\\q\"} 1\n", "# TYPE x counter\nx 1\nx 2\n",
            "# TYPE x counter\nx one\n", "# TYPE b counter\n# TYPE a counter\n",
            "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        ])
    func strictness(text: String) {
        #expect(throws: Exposition.Problem.self) { try Exposition(Array(text.utf8)) }
    }
}
