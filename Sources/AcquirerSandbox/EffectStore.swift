internal import AcquirerCore
internal import Identifiers
internal import Money
internal import Postgres

/// What is read of effects; they come about through ``EffectBatch``.
struct EffectStore: Sendable {
    let database: PostgresPool

    static let columns = """
        reference, kind, amount, currency, payment_method, parent_reference, outcome, decided_at, \
        code, decline_code, message, created_at
        """

    func effect(_ reference: String) async throws -> Effect? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM effect WHERE reference = $1", [.text(reference)]
        ).first.map(Effect.init)
    }

    /// Newest first.
    ///
    /// - Parameter cursor: The reference of the last effect of the page before, or empty.
    func effects(prefix: String, after cursor: String, limit: Int64) async throws -> [Effect] {
        try await self.database.query(
            """
            SELECT \(Self.columns) FROM effect
            WHERE left(reference, length($1)) = $1
                AND ($2 = '' OR (created_at, reference)
                    < (SELECT created_at, reference FROM effect WHERE reference = $2))
            ORDER BY created_at DESC, reference DESC LIMIT $3
            """, [.text(prefix), .text(cursor), .int64(limit)]
        ).map(Effect.init)
    }
}
