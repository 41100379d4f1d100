/// Counts durations in 32 steps for each power of two of nanoseconds: off by 3 % at most.
struct LatencyHistogram: Sendable {
    private var counts = [UInt32](repeating: 0, count: 40 * 32)
    private(set) var count = 0
    private(set) var longest = Duration.zero

    mutating func record(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let value = UInt64(max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
        let shift = max(0, UInt64.bitWidth - value.leadingZeroBitCount - 6)
        let index = shift * 32 + Int(value >> UInt64(shift))
        self.counts[min(index, self.counts.count - 1)] += 1
        self.count += 1
        self.longest = max(self.longest, duration)
    }

    /// The duration below which a share of `quantile` lies, in milliseconds; `nil` without any.
    func milliseconds(_ quantile: Double) -> Double? {
        guard self.count > 0 else { return nil }
        guard quantile < 1 else { return self.longest / .milliseconds(1) }
        let rank = Int(quantile * Double(self.count))
        var seen = 0
        for (index, count) in self.counts.enumerated() {
            seen += Int(count)
            if seen > rank { return Self.milliseconds(at: index) }
        }
        return self.longest / .milliseconds(1)
    }

    /// A line for each power of two, from the shortest to the longest.
    var bars: String {
        var groups: [(bound: Double, count: Int)] = []
        for start in stride(from: 32, to: self.counts.count, by: 32) {
            let count = self.counts[start..<start + 32].reduce(0) { $0 + Int($1) }
            groups.append((Self.milliseconds(at: start + 32), count))
        }
        guard let first = groups.firstIndex(where: { $0.count > 0 }),
            let last = groups.lastIndex(where: { $0.count > 0 })
        else { return "" }
        let most = groups.map(\.count).max() ?? 1
        var table = Table(
            .init(title: "below ms", alignment: .right), .init(title: "count", alignment: .right),
            .init(title: ""))
        table.rows = groups[first...last].map { bound, count in
            let bar = String(repeating: "#", count: (count * 40 + most - 1) / most)
            return [BenchNumber.text(bound), "\(count)", bar]
        }
        return table.rendered(empty: "")
    }

    private static func milliseconds(at index: Int) -> Double {
        let shift = max(0, index / 32 - 1)
        return Double((index - shift * 32) << shift) / 1_000_000
    }
}

/// How figures of a benchmark are written.
enum BenchNumber {
    static func text(_ value: Double) -> String { "\((value * 1_000).rounded() / 1_000)" }
    static func json(_ value: Double?) -> JSONValue {
        value.map { .number(Self.text($0)) } ?? .null
    }
}
