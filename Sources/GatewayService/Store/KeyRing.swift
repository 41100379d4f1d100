internal import GatewayCore
internal import Identifiers
internal import Synchronization
internal import TLS

/// Who has which key. Keys are remembered for a moment, so that a request costs no query; one that
/// was revoked is refused when that moment is over.
final class KeyRing: Sendable {
    private struct Entry {
        let caller: Caller?
        let until: ContinuousClock.Instant
    }

    private let store: GatewayStore
    private let clock: any WallClock
    private let entries = Mutex<[[UInt8]: Entry]>([:])

    private static let lifetime = Duration.seconds(2)
    /// Beyond that all are forgotten: made-up keys cost queries, not memory.
    private static let limit = 10_000

    init(store: GatewayStore, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// - Parameter text: What a request gave as its key.
    /// - Throws: 401 for what is no key, nobody's key, or one that has run out.
    func caller(_ text: String) async throws -> Caller {
        guard let key = APIKey(text), let caller = try await self.lookUp(key) else {
            throw APIError.unauthorized("Invalid API Key provided: \(APIKey.hint(text))")
        }
        if let end = caller.key.expiresAt, end <= self.clock.now() {
            throw APIError.unauthorized(
                "Expired API Key provided: \(key.hint)", code: "api_key_expired")
        }
        return caller
    }

    private func lookUp(_ key: APIKey) async throws -> Caller? {
        let hash = sha256(Array(key.text.utf8))
        let now = ContinuousClock.now
        if let entry = self.entries.withLock({ $0[hash] }), entry.until > now {
            return entry.caller
        }
        let caller = try await self.store.caller(keyHash: hash)
        self.entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll() }
            entries[hash] = Entry(caller: caller, until: now + Self.lifetime)
        }
        return caller
    }
}
