internal import Identifiers
internal import Logging
internal import Postgres
internal import ServiceLifecycle
internal import Synchronization

/// Tells the other gateways that this one runs, and learns how many there are.
final class Instances: Service {
    /// This process.
    let id: UUID128
    private let database: PostgresPool
    private let store: IdempotencyStore
    private let logger: Logger
    private let alive = Atomic(1)

    /// How often it is told, and for how long it holds: a few may be missed.
    private static let interval = Duration.seconds(1)
    private static let lifetime = "interval '5 seconds'"
    /// Keys that moved no money are kept so long.
    private static let keyLifetime = Duration.seconds(24 * 3_600)
    /// Every how many beats old keys are looked for.
    private static let sweep = 600

    init(id: UUID128, database: PostgresPool, store: IdempotencyStore, logger: Logger) {
        self.id = id
        self.database = database
        self.store = store
        self.logger = logger
    }

    /// How many gateways run, this one included.
    var count: Int { self.alive.load(ordering: .relaxed) }

    /// - Throws: ``PostgresError``
    func beat() async throws {
        let results = try await self.database.pipeline([
            PostgresStatement(
                """
                INSERT INTO instance (id, alive_until) VALUES ($1, now() + \(Self.lifetime))
                ON CONFLICT (id) DO UPDATE SET alive_until = now() + \(Self.lifetime)
                """, [.uuid(self.id)]),
            PostgresStatement(
                "DELETE FROM instance WHERE alive_until < now() - interval '1 hour'"),
            PostgresStatement("SELECT count(*) FROM instance WHERE alive_until > now()"),
        ])
        let count = try results[2].rows.first?.int64(0) ?? 1
        self.alive.store(max(1, Int(count)), ordering: .relaxed)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var beats = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                beats += 1
                do {
                    try await self.beat()
                    if beats % Self.sweep == 0 {
                        _ = try await self.store.removeOld(Self.keyLifetime)
                    }
                } catch {
                    self.logger.warning(
                        "not told to the other gateways",
                        metadata: ["error": "\(String(reflecting: error))"])
                }
            }
        }
        // In a task of its own, as this one was cancelled: what it left is taken over at once.
        await Task {
            _ = try? await self.database.query(
                "DELETE FROM instance WHERE id = $1", [.uuid(self.id)])
        }.value
    }
}
