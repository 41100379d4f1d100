internal import Identifiers
internal import Postgres

/// Which payments are to be compared next: those whose sagas ended, in the order of their end.
///
/// How far the comparison came is one row, so it goes on where it stopped, in whatever
/// orchestrator. Two that read the same batch compare the same; the one that is first moves the
/// row.
struct ReconciliationQueue: Sendable {
    let database: PostgresPool

    /// After which saga the next batch begins.
    struct Position: Hashable, Sendable {
        let endedAt: Timestamp
        let saga: UUID128
    }

    struct Batch: Sendable {
        let from: Position
        let to: Position
        /// Each once.
        let payments: [PaymentID]
        /// Whether more may follow at once.
        let isFull: Bool
    }

    /// - Parameter latest: Sagas that ended after it are left for later: one that ended before it
    ///   may still be being written.
    /// - Returns: `nil` when there is nothing to compare.
    func next(endedBefore latest: Timestamp, limit: Int) async throws -> Batch? {
        let cursor = try await database.query(
            "SELECT ended_at, saga_id FROM reconciliation_cursor"
        ).first
        guard let cursor else { return nil }
        let from = Position(endedAt: try cursor.timestamp(0), saga: try cursor.uuid(1))
        // The position as values: joined to its row, the index would be read from its beginning.
        let rows = try await database.query(
            """
            SELECT s.ended_at, s.id, s.payment_id FROM sagas s
            WHERE s.ended_at >= $3 AND (s.ended_at, s.id) > ($3, $4) AND s.ended_at < $1
            ORDER BY s.ended_at, s.id LIMIT $2
            """,
            [
                .timestamp(latest), .int64(Int64(limit)), .timestamp(from.endedAt),
                .uuid(from.saga),
            ])
        guard let last = rows.last else { return nil }
        return Batch(
            from: from, to: Position(endedAt: try last.timestamp(0), saga: try last.uuid(1)),
            payments: Array(Set(try rows.map { PaymentID(uuid: try $0.uuid(2)) })),
            isFull: rows.count == limit)
    }

    /// - Returns: Whether nobody else was first.
    func advance(past batch: Batch) async throws -> Bool {
        let moved = try await database.query(
            """
            UPDATE reconciliation_cursor SET ended_at = $1, saga_id = $2
            WHERE ended_at = $3 AND saga_id = $4 RETURNING 1
            """,
            [
                .timestamp(batch.to.endedAt), .uuid(batch.to.saga), .timestamp(batch.from.endedAt),
                .uuid(batch.from.saga),
            ])
        return !moved.isEmpty
    }
}
