internal import Identifiers
internal import Postgres

extension JournalQueries {
    /// Accounts in the order of their names, then currencies.
    ///
    /// - Parameters:
    ///   - namePrefix: Empty for all.
    ///   - currency: Empty for all.
    ///   - userData: Only those with this number of the caller's.
    ///   - cursor: The account after which to begin.
    func accountIDs(
        namePrefix: String, currency: String, userData: UUID128?, after cursor: UUID128?,
        limit: Int
    ) async throws -> [UUID128] {
        try await self.database.query(
            """
            SELECT a.id FROM account AS a
            WHERE a.shard = $6 AND ($1 = '' OR left(a.name, length($1)) = $1)
                AND ($2 = '' OR a.currency = $2)
                AND ($5::uuid IS NULL OR a.user_data = $5::uuid)
                AND ($3::uuid IS NULL OR (a.name, a.currency)
                    > (SELECT c.name, c.currency FROM account AS c WHERE c.id = $3::uuid))
            ORDER BY a.name, a.currency LIMIT $4
            """,
            [
                .text(namePrefix), .text(currency), .optional(cursor, PostgresValue.uuid),
                .int64(Int64(limit)), .optional(userData, PostgresValue.uuid),
                .int16(self.shard),
            ]
        ).map { try $0.uuid(0) }
    }
}
