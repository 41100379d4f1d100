package import Postgres

/// Brings a database's schema to a ``MigrationSet``, and checks that it is there.
///
/// What was applied stands in the table `schema_migrations`. Each migration runs in one
/// transaction together with its row, so that it is applied whole or not at all.
package struct Migrator: Sendable {
    private let pool: PostgresPool
    private let set: MigrationSet

    /// - Parameter pool: As the owner of the database for ``apply()``; any role will do for
    ///   ``verify()``.
    package init(pool: PostgresPool, set: MigrationSet) {
        self.pool = pool
        self.set = set
    }

    /// Applies what is missing, oldest first. Several may do so at once: one works, the others
    /// wait and then find it done.
    ///
    /// - Returns: The names of the migrations that this call applied.
    /// - Throws: `.changed` and `.unknown` before anything is touched; `.failed`, after which the
    ///   migrations before the failed one stay; `PostgresError` when the database is out of reach.
    @discardableResult
    package func apply() async throws -> [String] {
        try await self.createTable()
        var applied: [String] = []
        for migration in self.set.migrations where try await self.apply(migration) {
            applied.append(migration.name)
        }
        if self.set.migrations.isEmpty { try await self.verify() }
        return applied
    }

    /// Checks that exactly these migrations are applied. Changes nothing.
    ///
    /// - Throws: `.missing`, `.changed`, `.unknown`; `PostgresError`
    package func verify() async throws {
        let exists = try await self.pool.query(
            "SELECT to_regclass('schema_migrations') IS NOT NULL")
        let rows =
            try exists.first?.bool(0) == true
            ? await self.pool.query(Self.selectApplied) : []
        let count = try self.check(rows)
        if count < self.set.migrations.count {
            throw MigrationError.missing(self.set.migrations[count].name)
        }
    }

    private static let selectApplied =
        "SELECT version, name, checksum FROM schema_migrations ORDER BY version"

    /// Everyone who may connect may read what was applied, so that a service can verify it.
    private func createTable() async throws {
        do {
            try await self.pool.pipeline([
                PostgresStatement(
                    """
                    CREATE TABLE IF NOT EXISTS schema_migrations (
                        version integer CONSTRAINT schema_migrations_pkey PRIMARY KEY,
                        name text NOT NULL,
                        checksum bytea NOT NULL,
                        applied_at timestamptz NOT NULL DEFAULT now())
                    """),
                PostgresStatement("GRANT SELECT ON schema_migrations TO PUBLIC"),
            ])
        } catch  where error.isLostRace {
            // Another one made the table at the same moment.
        }
    }

    /// - Returns: Whether this call applied it.
    private func apply(_ migration: MigrationSet.Migration) async throws -> Bool {
        try await self.pool.withTransaction { transaction in
            // Held until the end of the transaction: one migrator at a time. Readers go on.
            try await transaction.query("LOCK TABLE schema_migrations IN EXCLUSIVE MODE")
            let applied = try self.check(await transaction.query(Self.selectApplied))
            guard applied < migration.version else { return false }
            do {
                try await transaction.runScript(migration.sql)
            } catch let error as PostgresError where !error.isTransient {
                throw MigrationError.failed(migration.name, reason: error.debugDescription)
            }
            try transaction.enqueue(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                [
                    .int32(migration.version), .text(migration.name), .bytes(migration.checksum),
                ])
            return true
        }
    }

    /// Compares what was applied with what is at hand.
    ///
    /// - Returns: How many migrations were applied.
    /// - Throws: `.changed`, `.unknown`
    private func check(_ rows: [PostgresRow]) throws -> Int {
        for (index, row) in rows.enumerated() {
            let name = try row.text(1)
            guard index < self.set.migrations.count else { throw MigrationError.unknown(name) }
            let migration = self.set.migrations[index]
            guard try row.int32(0) == migration.version, name == migration.name else {
                throw MigrationError.unknown(name)
            }
            guard try row.bytes(2) == migration.checksum else {
                throw MigrationError.changed(name)
            }
        }
        return rows.count
    }
}

extension PostgresError {
    /// Two sessions made the same table at once, and this one came second: PostgreSQL reports the
    /// catalogue's unique indexes (23505), an existing table (42P07) or a concurrent update.
    fileprivate var isLostRace: Bool {
        switch self.code {
        case .uniqueViolation, .other("42P07"), .other("42710"), .other("XX000"): true
        default: false
        }
    }
}
