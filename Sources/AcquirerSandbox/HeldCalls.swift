internal import RPC
internal import Synchronization

/// The calls that are kept waiting on purpose, at most so many at once.
final class HeldCalls: Sendable {
    /// How long a call is held that has no deadline.
    static let longest: Duration = .seconds(600)

    private let limit: Int
    private let count = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Waits.
    ///
    /// - Throws: `CancellationError` when the caller gives up; `RESOURCE_EXHAUSTED` at the limit.
    func hold(for duration: Duration) async throws {
        let isTaken = self.count.withLock { count in
            guard count < self.limit else { return false }
            count += 1
            return true
        }
        guard isTaken else {
            throw RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "the sandbox keeps \(self.limit) calls waiting already")
        }
        defer { self.count.withLock { $0 -= 1 } }
        try await Task.sleep(for: duration)
    }
}
