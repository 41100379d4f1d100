package import Identifiers
internal import Postgres

extension PartitionStore {
    /// Up to when parts are made if nobody says otherwise: whoever migrates once a year is safe.
    package func usualEnd(at now: Timestamp) -> Timestamp { now + .seconds(366 * 24 * 3600) }

    /// Makes the parts that are missing up to `time`. To be called again after it was cut off.
    ///
    /// - Returns: Those made.
    /// - Throws: `.laterHasRows`; `PostgresError`
    package func create(until time: Timestamp) async throws -> [Partition] {
        var made: [Partition] = []
        for table in try await self.tables() {
            let parts = try await self.parts(of: table)
            let plan = PartitionPlan(table: table.name, parts: parts, until: time)
            guard !plan.missing.isEmpty else { continue }
            if let later = plan.replaced { try await self.remove(later, of: table) }
            try await self.make(plan, of: table)
            made += plan.missing.filter { !$0.isLater }
        }
        return made
    }

    /// Nobody writes there: what it is for has not come yet.
    private func remove(_ later: Partition, of table: PartitionedTable) async throws {
        guard try await self.isEmpty(later.name) else {
            throw PartitionError.laterHasRows(part: later.name)
        }
        try await self.detachConcurrently(later)
        // A row came at the last moment.
        guard try await self.isEmpty(later.name) else {
            try await self.pool.query(Self.attachment(of: later, to: table))
            throw PartitionError.laterHasRows(part: later.name)
        }
        try await self.pool.query("DROP TABLE \(later.name)")
    }

    private func isEmpty(_ table: String) async throws -> Bool {
        try await self.pool.query("SELECT FROM \(table) LIMIT 1").isEmpty
    }

    private func make(_ plan: PartitionPlan, of table: PartitionedTable) async throws {
        let settings = try await self.settings(of: plan.model)
        try await self.pool.withTransaction { transaction in
            for part in plan.missing {
                try await transaction.query(
                    """
                    CREATE TABLE \(part.name)
                    (LIKE \(table.name) INCLUDING DEFAULTS INCLUDING CONSTRAINTS) \(settings)
                    """)
                try await transaction.query(Self.attachment(of: part, to: table))
            }
        }
    }

    private static func attachment(of part: Partition, to table: PartitionedTable) -> String {
        "ALTER TABLE \(table.name) ATTACH PARTITION \(part.name) \(table.key.bounds(of: part))"
    }

    /// A parted table has none, and so hands none on.
    private func settings(of model: Partition?) async throws -> String {
        guard let model else { return "" }
        let rows = try await self.pool.query(
            """
            SELECT array_to_string(reloptions, ', ') FROM pg_class
            WHERE oid = $1::text::regclass
            """, [.text(model.name)])
        return try rows.first?.optionalText(0).map { "WITH (\($0))" } ?? ""
    }
}
