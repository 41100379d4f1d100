/// Counts durations in 32 steps for each power of two of nanoseconds: off by 3 % at most.
struct Histogram: Sendable {
    private var counts = [UInt32](repeating: 0, count: 40 * 32)
    private(set) var count = 0

    mutating func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let value = UInt64(max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
        let shift = max(0, UInt64.bitWidth - value.leadingZeroBitCount - 6)
        let index = shift * 32 + Int(value >> UInt64(shift))
        self.counts[min(index, self.counts.count - 1)] += 1
        self.count += 1
    }

    mutating func add(_ other: Histogram) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
        self.count += other.count
    }

    /// The duration below which a share of `quantile` lies, in microseconds; 0 without any.
    func microseconds(_ quantile: Double) -> Double {
        let rank = Int(quantile * Double(self.count))
        var seen = 0
        for (index, count) in self.counts.enumerated() {
            seen += Int(count)
            if seen > rank {
                let shift = max(0, index / 32 - 1)
                return Double((index - shift * 32) << shift) / 1000
            }
        }
        return 0
    }
}
