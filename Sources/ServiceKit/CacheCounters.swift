package import Metrics

/// `florin_cache_lookups_total{cache, result}`: how often a thing was in memory, and how often it
/// had to be asked for.
package struct CacheCounters: Sendable {
    private let hits: Counter
    private let misses: Counter

    /// - Parameter cache: Whose: "rates".
    package init(cache: String, _ factory: any MetricsFactory) {
        func counter(_ result: String) -> Counter {
            Counter(
                label: "florin_cache_lookups_total",
                dimensions: [("cache", cache), ("result", result)], factory: factory)
        }
        self.hits = counter("hit")
        self.misses = counter("miss")
    }

    package func count(_ lookups: Int = 1, isHit: Bool) {
        guard lookups > 0 else { return }
        (isHit ? self.hits : self.misses).increment(by: lookups)
    }
}
