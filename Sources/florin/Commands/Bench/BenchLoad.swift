internal import Foundation
internal import RPC
internal import Synchronization

/// Does one thing again and again, and counts how it ends and how long it takes.
struct BenchLoad: Sendable {
    enum Pace: Sendable {
        /// So many at once, each begun when another has ended.
        case inFlight(Int)
        /// So many a second, whether or not earlier ones have ended; at most `bound` at once.
        case rate(Int, bound: Int)
    }

    let pace: Pace
    let duration: Duration
    /// - Returns: How many units of work it did.
    let work: @Sendable (_ number: Int) async throws -> Int

    struct Outcome: Sendable {
        /// Of what ended well.
        var latencies = LatencyHistogram()
        var units = 0
        /// How many failed, by the class of their error.
        var errors: [String: Int] = [:]
        /// Due while as many were in flight as may be: never begun.
        var dropped = 0
        var elapsed = Duration.zero

        var perSecond: Double { Double(self.units) / (self.elapsed / .seconds(1)) }
        var failures: Int { self.errors.values.reduce(0, +) }
    }

    func run(unit: String, showsProgress: Bool) async -> Outcome {
        let tally = Tally()
        let start = ContinuousClock.now
        let progress = Task {
            guard showsProgress else { return }
            await tally.tellEverySecond(unit: unit, since: start)
        }
        switch self.pace {
        case .inFlight(let count): await self.closedLoop(count, start: start, tally)
        case .rate(let rate, let bound):
            await self.openLoop(rate, bound: bound, start: start, tally)
        }
        progress.cancel()
        await progress.value
        var outcome = tally.outcome
        outcome.elapsed = start.duration(to: .now)
        return outcome
    }

    private func closedLoop(
        _ count: Int, start: ContinuousClock.Instant, _ tally: Tally
    ) async {
        let end = start + self.duration
        await withDiscardingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    while ContinuousClock.now < end {
                        await self.one(tally.nextNumber(), due: .now, tally)
                    }
                }
            }
        }
    }

    /// A latency counts from when its work was due: a system that stalls cannot hide it.
    private func openLoop(
        _ rate: Int, bound: Int, start: ContinuousClock.Instant, _ tally: Tally
    ) async {
        let total = Int(Double(rate) * (self.duration / .seconds(1)))
        await withDiscardingTaskGroup { group in
            var begun = 0
            while begun < total, !Task.isCancelled {
                let elapsed = start.duration(to: .now) / .seconds(1)
                while begun < min(total, Int(elapsed * Double(rate)) + 1) {
                    let due = start + .seconds(1) * begun / rate
                    let number = begun
                    begun += 1
                    guard tally.enter(bound: bound) else { continue }
                    group.addTask {
                        await self.one(number, due: due, tally)
                        tally.leave()
                    }
                }
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private func one(_ number: Int, due: ContinuousClock.Instant, _ tally: Tally) async {
        do {
            let units = try await self.work(number)
            tally.succeeded(due.duration(to: .now), units: units)
        } catch {
            tally.failed(Self.class(of: error))
            // A server that is not there answers at once: no need to ask it all the time.
            if (error as? RPCError)?.code == .unavailable {
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
    }

    private static func `class`(of error: any Error) -> String {
        switch error {
        case let error as RPCError:
            error.reason.map { "\(error.code) \($0.rawValue)" } ?? "\(error.code)"
        case let failure as Failure: failure.message
        default: "\(type(of: error))"
        }
    }
}

/// What has ended so far, for all tasks of one run.
private final class Tally: Sendable {
    private struct State {
        var outcome = BenchLoad.Outcome()
        var numbers = 0
        var inFlight = 0
    }
    private let state = Mutex(State())

    var outcome: BenchLoad.Outcome { self.state.withLock { $0.outcome } }

    func nextNumber() -> Int {
        self.state.withLock { state in
            defer { state.numbers += 1 }
            return state.numbers
        }
    }

    func enter(bound: Int) -> Bool {
        self.state.withLock { state in
            guard state.inFlight < bound else {
                state.outcome.dropped += 1
                return false
            }
            state.inFlight += 1
            return true
        }
    }

    func leave() { self.state.withLock { $0.inFlight -= 1 } }

    func succeeded(_ latency: Duration, units: Int) {
        self.state.withLock { state in
            state.outcome.latencies.record(latency)
            state.outcome.units += units
        }
    }

    func failed(_ name: String) {
        self.state.withLock { $0.outcome.errors[name, default: 0] += 1 }
    }

    func tellEverySecond(unit: String, since start: ContinuousClock.Instant) async {
        while true {
            do { try await Task.sleep(for: .seconds(1)) } catch { break }
            let outcome = self.outcome
            let rate = Double(outcome.units) / (start.duration(to: .now) / .seconds(1))
            let p50 = BenchNumber.text(outcome.latencies.milliseconds(0.5) ?? 0)
            let p99 = BenchNumber.text(outcome.latencies.milliseconds(0.99) ?? 0)
            Self.write(
                "\r\(Int(rate)) \(unit)/s  p50 \(p50) ms  p99 \(p99) ms  "
                    + "errors \(outcome.failures)   ")
        }
        Self.write("\r\u{1B}[K")
    }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

extension BenchLoad.Outcome {
    /// What a person reads, without the invariants.
    func text(unit: String) -> String {
        var record = Record()
        record.add("\(unit)/s", BenchNumber.text(self.perSecond))
        for (name, quantile) in Self.quantiles {
            record.add(
                name, self.latencies.milliseconds(quantile).map { BenchNumber.text($0) + " ms" })
        }
        record.add("dropped", self.dropped == 0 ? nil : "\(self.dropped)")
        for (name, count) in self.errors.sorted(by: { $0.key < $1.key }) {
            record.add("error: \(name)", "\(count)")
        }
        return record.rendered() + "\n\n" + self.latencies.bars
    }

    func members(unit: String) -> [(String, JSONValue)] {
        [
            (unit, .integer(Int64(self.units))),
            ("\(unit)_per_s", BenchNumber.json(self.perSecond)),
        ]
            + Self.quantiles.map { name, quantile in
                ("\(name)_ms", BenchNumber.json(self.latencies.milliseconds(quantile)))
            } + [
                ("dropped", .integer(Int64(self.dropped))),
                (
                    "errors",
                    .object(
                        self.errors.sorted { $0.key < $1.key }
                            .map { ($0.key, .integer(Int64($0.value))) })
                ),
            ]
    }

    private static let quantiles = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999), ("max", 1.0),
    ]
}
