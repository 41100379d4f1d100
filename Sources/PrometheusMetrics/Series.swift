internal import CoreMetrics
internal import Synchronization

// One series each: what swift-metrics hands out, recorded without a lock.

/// A sum that only grows, in whole numbers.
final class CounterSeries: CounterHandler, Sendable {
    private let sum = Atomic<Int64>(0)

    var value: Int64 { self.sum.load(ordering: .relaxed) }

    func increment(by amount: Int64) {
        self.sum.wrappingAdd(max(0, amount), ordering: .relaxed)
    }

    func reset() {
        self.sum.store(0, ordering: .relaxed)
    }
}

/// A number that goes up and down.
final class GaugeSeries: MeterHandler, RecorderHandler, FloatingPointCounterHandler, Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    func set(_ value: Int64) { self.set(Double(value)) }

    func set(_ value: Double) { self.bits.store(value.bitPattern, ordering: .relaxed) }

    func record(_ value: Int64) { self.set(value) }

    func record(_ value: Double) { self.set(value) }

    func increment(by amount: Double) { self.change { $0 + amount } }

    func decrement(by amount: Double) { self.change { $0 - amount } }

    func reset() { self.set(0.0) }

    private func change(_ body: (Double) -> Double) {
        var known = self.bits.load(ordering: .relaxed)
        while true {
            let next = body(Double(bitPattern: known)).bitPattern
            let (exchanged, original) = self.bits.weakCompareExchange(
                expected: known, desired: next, ordering: .relaxed)
            if exchanged { return }
            known = original
        }
    }
}

/// How often a value lay in which range.
final class HistogramSeries: RecorderHandler, TimerHandler, Sendable {
    private let buckets: Buckets
    /// What a recorded whole number is divided by when it is told: nanoseconds become seconds.
    private let scale: Double
    private let counts: [Cell]
    private let sum = Atomic<Int64>(0)

    /// One number on the heap: an array of atomics cannot be made.
    final class Cell: Sendable {
        let count = Atomic<Int64>(0)
    }

    init(_ buckets: Buckets, scale: Double) {
        self.buckets = buckets
        self.scale = scale
        self.counts = (0...buckets.bounds.count).map { _ in Cell() }
    }

    func recordNanoseconds(_ duration: Int64) { self.record(duration) }

    func record(_ value: Double) { self.record(Int64(value)) }

    func record(_ value: Int64) {
        let value = max(0, value)
        self.counts[self.buckets.index(of: value)].count.wrappingAdd(1, ordering: .relaxed)
        self.sum.wrappingAdd(value, ordering: .relaxed)
    }

    struct Snapshot {
        /// Upper bounds, and how many values lay at or below each.
        var cumulative: [(bound: Double, count: Int64)]
        var count: Int64
        var sum: Double
    }

    /// Counts that were read one after another, made whole: the total is theirs.
    var snapshot: Snapshot {
        var total: Int64 = 0
        var cumulative: [(bound: Double, count: Int64)] = []
        for (index, cell) in self.counts.enumerated() {
            total += cell.count.load(ordering: .relaxed)
            guard index < self.buckets.bounds.count else { break }
            cumulative.append((Double(self.buckets.bounds[index]) / self.scale, total))
        }
        return Snapshot(
            cumulative: cumulative, count: total,
            sum: Double(self.sum.load(ordering: .relaxed)) / self.scale)
    }
}

/// Upper bounds of a histogram's ranges, in whole numbers that grow.
struct Buckets: Sendable {
    let bounds: [Int64]
    /// For each count of leading zero bits, the first bound that a value of it can be at or below.
    private let starts: [Int]

    init(_ bounds: [Int64]) {
        self.bounds = bounds
        self.starts = (0...64).map { zeros in
            let least = zeros == 64 ? 0 : UInt64(1) << UInt64(63 - zeros)
            return bounds.firstIndex { UInt64($0) >= least } ?? bounds.count
        }
    }

    func index(of value: Int64) -> Int {
        var index = self.starts[value.leadingZeroBitCount]
        while index < self.bounds.count, self.bounds[index] < value { index += 1 }
        return index
    }

    /// From 10 microseconds to a minute in nanoseconds, five for each factor of ten.
    static let latency = Buckets(
        (0...33).map { step in
            let steps: [Int64] = [10, 16, 25, 40, 63]
            return (0..<step / 5).reduce(steps[step % 5] * 1000) { value, _ in value * 10 }
        } + [60_000_000_000])

    /// Powers of four from 1 to a thousand million.
    static let sizes = Buckets((0...15).map { Int64(1) << (2 * $0) })
}
