import ConsoleCore
import Identifiers
import Testing

@Suite("A Gantt picture")
struct GanttTests {
    private func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(microseconds: milliseconds * 1_000)
    }

    @Test(
        "Puts bars where their times are",
        arguments: [
            (0, 100, 0, 10_000), (25, 50, 2_500, 2_500),
            // What sticks out is cut off.
            (-50, 50, 0, 5_000), (90, 300, 9_000, 1_000),
            // An instant is seen, at the very end too.
            (50, 50, 5_000, 60), (100, 100, 9_940, 60),
        ] as [(Int64, Int64, Int64, Int64)])
    func places(from: Int64, to: Int64, x: Int64, width: Int64) {
        let gantt = Gantt(from: self.at(0), to: self.at(100))
        let bar = Gantt.Bar(from: self.at(from), to: self.at(to), tone: .good, label: "")
        let place = gantt.place(bar)
        #expect(place.x == x)
        #expect(place.width == width)
    }

    @Test("Has an axis even when nothing took any time")
    func empty() {
        let gantt = Gantt(from: self.at(5), to: self.at(5))
        let bar = Gantt.Bar(from: self.at(5), to: self.at(5), tone: .good, label: "")
        #expect(gantt.place(bar).width == 60)
    }

    @Test("Marks what was undone by a pattern, not by colour alone")
    func undone() {
        let gantt = Gantt(from: self.at(0), to: self.at(10))
        let bars = [
            Gantt.Bar(from: self.at(0), to: self.at(1), tone: .good, label: "hold"),
            Gantt.Bar(from: self.at(2), to: self.at(4), tone: .undone, label: "<hold>"),
        ]
        let markup = gantt.lane(bars, label: "hold").markup
        #expect(markup.matches(of: /fill="url\(#undone\)"/).count == 1)
        #expect(markup.contains("<title>&lt;hold&gt;, 2.0 ms</title>"))
        #expect(markup.contains("x=\"20.00%\" y=\"2\" width=\"20.00%\""))
    }
}

@Suite("A plot")
struct PlotTests {
    @Test(
        "Ends its axis at a round number above every value",
        arguments: [
            ([0], 1), ([0.3], 0.5), ([1], 1), ([1.1], 2), ([7, 3], 10), ([99], 100),
            ([480], 500), ([.infinity], 1),
        ] as [([Double], Double)])
    func top(values: [Double], top: Double) {
        let plot = Plot("sagas", reach: "1 h", [.init("ended", values)]) { "\($0)" }
        #expect(abs(plot.top - top) < 1e-9)
    }

    @Test(
        "Shows small and large values beside each other on a logarithmic axis",
        arguments: [(0, 0), (1_000, 0), (10_000, 0.25), (1_000_000, 0.75), (9_000_000, 0.988)])
    func logarithmic(value: Double, height: Double) {
        let plot = Plot(
            "times", reach: "1 h", scale: .logarithmic(from: 1_000),
            [.init("half", [10_000, 9_000_000])]
        ) { "\($0)" }
        #expect(plot.top == 10_000_000)
        #expect(abs(plot.height(of: value) - height) < 0.001)
    }

    @Test("Breaks a line where nothing is known")
    func gaps() {
        let line = Plot.Line("ended", [nil, 1, 2, nil, nil, 0, nil])
        let plot = Plot("sagas", reach: "1 h", [line]) { "\($0)" }
        let paths = plot.paths(line).map { $0.map { "\(Int($0.x)) \(Int($0.y))" } }
        #expect(paths == [["166 50", "333 0"], ["833 100"]])
        #expect(plot.html.markup.matches(of: /<polyline/).count == 2)
    }

    @Test("Tells in words what it shows")
    func words() {
        let plot = Plot(
            "Sagas", reach: "1 h", [.init("ended", [4, 12.5, 3.25]), .init("new", [nil])]
        ) { "\(Plot.number($0)) /s" }
        #expect(
            plot.html.markup.contains(
                "aria-label=\"Sagas, the last 1 h. ended: 3.25 /s now, at most 12.5 /s; "
                    + "new: nothing known\""))
    }
}

@Suite("Samples")
struct SampleTests {
    @Test("Are kept to the last ones, in order")
    func ring() {
        var ring = SampleRing<Int>(capacity: 3)
        ring.add(1)
        #expect(ring.last(3) { $0 } == [nil, nil, 1])
        for number in 2...5 { ring.add(number) }
        #expect(ring.all == [3, 4, 5])
        #expect(ring.last(3) { $0 == 4 ? nil : $0 } == [3, nil, 5])
        #expect(ring.last(2) { $0 } == [4, 5])
    }

    @Test(
        "Of latencies tell percentiles within an eighth",
        arguments: [10, 500, 1_000, 12_345, 250_000, 3_000_000, 59_000_000] as [Int64])
    func percentiles(microseconds: Int64) throws {
        var counts = LatencyCounts()
        #expect(counts.microseconds(at: 0.5) == nil)
        for _ in 0..<95 { counts.record(microseconds: microseconds) }
        for _ in 0..<5 { counts.record(microseconds: microseconds * 8) }
        let median = try #require(counts.microseconds(at: 0.5))
        #expect(median >= microseconds && median <= max(64, microseconds * 9 / 8))
        #expect(counts.microseconds(at: 0.95) == median)
        let high = try #require(counts.microseconds(at: 0.99))
        #expect(high > median || microseconds * 8 < 64)
    }

    @Test("Of any latency fit")
    func extremes() throws {
        var counts = LatencyCounts()
        counts.record(microseconds: .max)
        counts.record(microseconds: -5)
        #expect(counts.total == 2)
        let least = try #require(counts.microseconds(at: 0.1))
        #expect(least == 64)
    }
}
