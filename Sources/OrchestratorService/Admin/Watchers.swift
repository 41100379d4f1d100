internal import RPC
internal import SagaEngine
internal import Synchronization

/// How many streams look at sagas at this moment: each reads the database again and again.
final class Watchers: Sendable {
    static let most = 64

    private let count = Mutex(0)
    private let timer: any SagaTimer

    init(timer: any SagaTimer) { self.timer = timer }

    /// Looks again and again, until nothing more is to be seen, nobody looks or the server shuts
    /// down.
    ///
    /// - Parameter look: Returns how long to rest; `nil` ends it.
    /// - Throws: RESOURCE_EXHAUSTED (`overloaded`) when too many look; what `look` throws.
    func watch(
        isDraining: () -> Bool, _ look: () async throws -> Duration?
    ) async throws {
        let isIn = count.withLock { count in
            guard count < Self.most else { return false }
            count += 1
            return true
        }
        guard isIn else {
            throw RPCError(
                code: .resourceExhausted, reason: .overloaded,
                message: "\(Self.most) others watch sagas here; look once, or try again later")
        }
        defer { count.withLock { $0 -= 1 } }
        while !isDraining(), let rest = try await look() {
            var left = rest
            // In short rests, so that a shutdown need not wait for a long one.
            while left > .zero, !isDraining() {
                try await timer.sleep(for: min(left, .milliseconds(250)))
                left -= .milliseconds(250)
            }
        }
    }
}
