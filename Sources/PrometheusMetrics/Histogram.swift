internal import CoreMetrics
internal import Synchronization

/// How often something lay in each of some ranges. The last range has no upper bound.
struct Buckets: ~Copyable, Sendable {
    /// More than any scheme of bounds needs.
    static var capacity: Int { 40 }
    private let counts = InlineArray<40, Atomic<UInt64>> { _ in Atomic(0) }

    func record(_ bucket: Int) { self.counts[bucket].wrappingAdd(1, ordering: .relaxed) }

    /// - Parameter bounds: Upper bounds as they are rendered, without the last.
    func write(
        name: String, labels: String, bounds: [String], sum: String, to text: inout TextFormat
    ) {
        let separator = labels.isEmpty ? "" : ","
        var total: UInt64 = 0
        for (index, bound) in (bounds + ["+Inf"]).enumerated() {
            total += self.counts[index].load(ordering: .relaxed)
            text.sample("\(name)_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(total)")
        }
        text.sample("\(name)_sum", labels, sum)
        // Not counted by itself: it must agree with the buckets, whatever is recorded meanwhile.
        text.sample("\(name)_count", labels, "\(total)")
    }
}

/// How long something took: 10 microseconds to a minute, five ranges a decade.
final class TimeHistogram: Series, TimerHandler {
    static let type = MetricType.histogram

    /// In nanoseconds; each decade has the same five steps.
    static let bounds: [Int64] = {
        let steps: [Int64] = [10_000, 16_000, 25_000, 40_000, 63_000]
        var bounds: [Int64] = []
        var scale: Int64 = 1
        while scale <= 1_000_000 {
            bounds += steps.map { $0 * scale }
            scale *= 10
        }
        return bounds.filter { $0 < 60_000_000_000 } + [60_000_000_000]
    }()
    private static let texts = bounds.map { TextFormat.number(Double($0) / 1e9) }

    /// The first bucket to look at, by the highest bit of a duration: all before are too low.
    private static let firstBuckets: InlineArray<64, UInt8> = InlineArray { bit in
        let lowest: Int64 = bit == 63 ? .max : 1 << Int64(bit)
        return UInt8(bounds.firstIndex { $0 >= lowest } ?? bounds.count)
    }

    private let buckets = Buckets()
    private let sum = Atomic<UInt64>(0)
    // Of its own: reading a global costs a check whether it is there.
    private let bounds = TimeHistogram.bounds
    private let firstBuckets = TimeHistogram.firstBuckets

    func recordNanoseconds(_ duration: Int64) {
        let duration = max(0, duration)
        let bit = 63 - (duration | 1).leadingZeroBitCount
        var bucket = Int(self.firstBuckets[bit])
        while bucket < self.bounds.count, duration > self.bounds[bucket] { bucket += 1 }
        self.buckets.record(bucket)
        self.sum.wrappingAdd(UInt64(duration), ordering: .relaxed)
    }

    /// Always seconds: Prometheus keeps to base units.
    func preferDisplayUnit(_ unit: TimeUnit) {}

    func write(name: String, labels: String, to text: inout TextFormat) {
        let seconds = Double(self.sum.load(ordering: .relaxed)) / 1e9
        self.buckets.write(
            name: name, labels: labels, bounds: Self.texts, sum: TextFormat.number(seconds),
            to: &text)
    }
}

/// How large something was: 1 to 1,000,000,000, three ranges a decade.
final class ValueHistogram: Series, RecorderHandler {
    static let type = MetricType.histogram
    static let bounds: [Double] =
        (0..<9).flatMap { power in
            let scale = (0..<power).reduce(1.0) { scale, _ in scale * 10 }
            return [1, 2, 5].map { $0 * scale }
        } + [1e9]
    private static let texts = bounds.map { TextFormat.number($0) }

    private let buckets = Buckets()
    private let sum = AtomicDouble()

    func record(_ value: Int64) { self.record(Double(value)) }

    func record(_ value: Double) {
        if value.isNaN { return }
        self.buckets.record(Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count)
        self.sum.add(value)
    }

    func write(name: String, labels: String, to text: inout TextFormat) {
        self.buckets.write(
            name: name, labels: labels, bounds: Self.texts,
            sum: TextFormat.number(self.sum.load()), to: &text)
    }
}
