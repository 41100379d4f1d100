internal import GatewayCore
internal import Identifiers
internal import Synchronization

/// Keeps each key to its rate and to so many requests at once. With several gateways each keeps to
/// its part of that.
final class Limiter: Sendable {
    private let limits: KeyUsage.Limits
    private let instances: Instances
    private let usages = Mutex<[KeyID: KeyUsage]>([:])
    private let start = ContinuousClock.now

    /// Beyond that those that are idle are forgotten.
    private static let limit = 10_000

    init(_ limits: KeyUsage.Limits, instances: Instances) {
        self.limits = limits
        self.instances = instances
    }

    /// - Throws: 429
    func begin(_ key: KeyID) throws(APIError) {
        let limits = self.limits.shared(by: self.instances.count)
        let now = self.now
        let verdict = self.usages.withLock { usages in
            if usages.count >= Self.limit {
                usages = usages.filter { !$0.value.isIdle(limits, at: now) }
            }
            return usages[key, default: KeyUsage(limits, at: now)].begin(limits, at: now)
        }
        switch verdict {
        case .admitted: return
        case .tooFast:
            throw .limited(
                "global-rate",
                "Too many requests hit the API too quickly. We recommend an exponential backoff of "
                    + "your requests.")
        case .tooMany:
            throw .limited(
                "global-concurrency",
                "Too many requests of this key are being worked on. Wait for some to end.")
        }
    }

    func end(_ key: KeyID) {
        self.usages.withLock { $0[key]?.end() }
    }

    /// Seconds on a steady clock.
    private var now: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - self.start).components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
