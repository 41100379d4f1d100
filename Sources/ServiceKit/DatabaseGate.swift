internal import Logging
internal import Postgres

/// Waits at the start until the database answers and its schema is the one the service knows.
struct DatabaseGate {
    let database: PostgresPool
    let migrations: MigrationSet
    let limit: Duration
    let logger: Logger

    /// - Throws: ``ServiceFailure`` when the limit has passed; what was wrong last is named.
    func wait() async throws {
        let end = ContinuousClock.now + self.limit
        var backoff = Backoff(first: .milliseconds(100), cap: .seconds(2))
        while true {
            do {
                try await Migrator(pool: self.database, set: self.migrations).verify()
                return
            } catch {
                guard ContinuousClock.now < end else {
                    throw ServiceFailure(
                        .databaseUnavailable,
                        "the database or its schema is not there after \(DurationText.format(self.limit)): \(error)",
                        hint: "Check database-dsn, and apply the migrations with: florin migrate")
                }
                self.logger.notice(
                    "waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: backoff.next())
            }
        }
    }
}

/// Delays that double up to a cap.
package struct Backoff: Hashable, Sendable {
    private var delay: Duration
    private let cap: Duration

    package init(first: Duration, cap: Duration) {
        self.delay = first
        self.cap = cap
    }

    package mutating func next() -> Duration {
        defer { self.delay = min(self.delay * 2, self.cap) }
        return self.delay
    }
}
