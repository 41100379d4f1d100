internal import Messages
internal import Postgres

/// Batches of a service's changes that could not be read, kept until they can.
struct UnreadableChanges: Sendable {
    struct Entry: Sendable {
        let batch: OutboxV1.Batch
        let problem: String
    }

    let database: PostgresPool
    let source: String

    /// Of one look.
    private static let portion: Int64 = 16

    /// Those that follow one, in the order of their changes.
    func batches(after id: [UInt8]) async throws -> [OutboxV1.Batch] {
        try await self.database.query(
            """
            SELECT id, changes FROM event_unreadable WHERE source = $1 AND id > $2
            ORDER BY id LIMIT $3
            """, [.text(self.source), .bytes(id), .int64(Self.portion)]
        ).map { OutboxV1.Batch(id: try $0.bytes(0), changes: try $0.bytes(1)) }
    }

    func keep(_ entries: [Entry], in transaction: PostgresTransaction) throws {
        for entry in entries {
            try transaction.enqueue(
                """
                INSERT INTO event_unreadable (source, id, changes, problem, set_aside_at)
                VALUES ($1, $2, $3, $4, now()) ON CONFLICT (source, id) DO NOTHING
                """,
                [
                    .text(self.source), .bytes(entry.batch.id), .bytes(entry.batch.changes),
                    .text(entry.problem),
                ])
        }
    }

    func forget(_ ids: [[UInt8]], in transaction: PostgresTransaction) throws {
        for id in ids {
            try transaction.enqueue(
                "DELETE FROM event_unreadable WHERE source = $1 AND id = $2",
                [.text(self.source), .bytes(id)])
        }
    }
}
