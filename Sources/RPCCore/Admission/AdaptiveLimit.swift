/// How many calls a server works on at once, learned from how long they take.
///
/// Pure. Each window compares the latency of now with that of long ago: as long as more calls at
/// once do not take longer the limit grows, and it shrinks by as much as latency has grown beyond
/// a tolerance. This is the gradient that Netflix describes for its concurrency limits. Calls that
/// ran out of time shrink it too, whatever the latency of the others.
package struct AdaptiveLimit: Hashable, Sendable {
    package struct Configuration: Hashable, Sendable {
        /// Never fewer: a limit that has shrunk too far could not learn that it may grow.
        package var floor: Int
        package var ceiling: Int
        package var start: Int
        /// How much longer than usual calls may take before the limit shrinks.
        package var tolerance: Double
        /// Shortest window, and fewest calls in it.
        package var window: Nanoseconds
        package var samples: Int

        package init(
            floor: Int = 16, ceiling: Int = 4096, start: Int = 256, tolerance: Double = 1.5,
            window: Nanoseconds = 50_000_000, samples: Int = 20
        ) {
            self.floor = floor
            self.ceiling = ceiling
            self.start = start
            self.tolerance = tolerance
            self.window = window
            self.samples = samples
        }
    }

    private let configuration: Configuration
    private var exact: Double
    /// Latency of long ago, as a slow average; 0 before the first window.
    private var usual = 0.0

    // The window that is open.
    private var windowEnd: Nanoseconds = 0
    private var sum: Nanoseconds = 0
    private var count = 0
    private var late = 0
    private var mostInFlight = 0

    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        self.exact = Double(configuration.start)
    }

    package var limit: Int { Int(self.exact) }

    /// A call has ended.
    ///
    /// - Parameters:
    ///   - inFlight: Calls that were at work, itself included.
    ///   - isLate: It ran out of time.
    package mutating func ended(
        latency: Nanoseconds, inFlight: Int, isLate: Bool, at now: Nanoseconds
    ) {
        self.sum &+= latency
        self.count += 1
        if isLate { self.late += 1 }
        if inFlight > self.mostInFlight { self.mostInFlight = inFlight }
        if now < self.windowEnd || self.count < self.configuration.samples { return }
        self.closeWindow(at: now)
    }

    private mutating func closeWindow(at now: Nanoseconds) {
        let latency = max(1, Double(self.sum) / Double(self.count))
        let isUsed = 2 * self.mostInFlight >= self.limit
        let lateShare = Double(self.late) / Double(self.count)
        self.windowEnd = now + self.configuration.window
        (self.sum, self.count, self.late, self.mostInFlight) = (0, 0, 0, 0)

        if self.usual == 0 { self.usual = latency }
        // What has become faster is believed soon, what has become slower only after minutes:
        // a server that is slow for good must not stay limited for ever.
        self.usual += (latency - self.usual) * (latency < self.usual ? 0.2 : 0.002)
        if lateShare > 0.01 {
            self.set(self.exact * 0.8)
        } else if isUsed {
            let gradient = min(1, max(0.5, self.configuration.tolerance * self.usual / latency))
            let next = self.exact * gradient + self.exact.squareRoot()
            self.set(self.exact + (next - self.exact) * 0.3)
        }
    }

    private mutating func set(_ value: Double) {
        self.exact = min(
            max(value, Double(self.configuration.floor)), Double(self.configuration.ceiling))
    }
}
