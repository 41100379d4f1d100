internal import CoreMetrics
internal import Synchronization

/// The types that the text format knows and we make.
enum MetricType: String, Hashable, Sendable {
    case counter, gauge, histogram
}

/// One metric with its labels. Records without a lock, on any thread.
protocol Series: AnyObject, Sendable {
    static var type: MetricType { get }
    /// Writes its lines.
    func write(name: String, labels: String, to text: inout TextFormat)
}

/// Only rises, until it is reset.
final class CounterSeries: Series, CounterHandler {
    static let type = MetricType.counter
    private let value = Atomic<UInt64>(0)

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.value.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    func reset() { self.value.store(0, ordering: .relaxed) }

    func write(name: String, labels: String, to text: inout TextFormat) {
        text.sample(name, labels, "\(self.value.load(ordering: .relaxed))")
    }
}

/// A counter of fractions, such as seconds.
final class FloatingCounterSeries: Series, FloatingPointCounterHandler {
    static let type = MetricType.counter
    private let value = AtomicDouble()

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        self.value.add(amount)
    }

    func reset() { self.value.set(0) }

    func write(name: String, labels: String, to text: inout TextFormat) {
        text.sample(name, labels, TextFormat.number(self.value.load()))
    }
}

/// What goes up and down: a meter, or a recorder of which only the last value counts.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    static let type = MetricType.gauge
    private let value = AtomicDouble()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func increment(by amount: Double) { self.value.add(amount) }
    func decrement(by amount: Double) { self.value.add(-amount) }
    func record(_ value: Int64) { self.value.set(Double(value)) }
    func record(_ value: Double) { self.value.set(value) }

    func write(name: String, labels: String, to text: inout TextFormat) {
        text.sample(name, labels, TextFormat.number(self.value.load()))
    }
}

/// A number that many threads add to.
struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    func load() -> Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { self.bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var seen = self.bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: seen) + amount).bitPattern
            let (isDone, now) = self.bits.weakCompareExchange(
                expected: seen, desired: sum, ordering: .relaxed)
            if isDone { return }
            seen = now
        }
    }
}
