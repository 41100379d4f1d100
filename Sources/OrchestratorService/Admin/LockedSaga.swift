internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine
internal import TLS
internal import Wire

/// A saga whose row is locked until the end of a transaction.
struct LockedSaga: Sendable {
    let record: SagaRecord
    /// Changes with everything that the saga does or that is done to it.
    let fingerprint: [UInt8]

    /// - Throws: NOT_FOUND.
    static func find(
        _ id: SagaID, _ flows: FlowBook, in transaction: PostgresTransaction
    ) async throws -> LockedSaga {
        let rows = try await transaction.query(
            "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1 FOR UPDATE",
            [.uuid(id.uuid)])
        guard let row = rows.first else { throw RPCError.notFound("There is no saga \(id).") }
        return try LockedSaga(row, flows)
    }

    init(_ row: PostgresRow, _ flows: FlowBook) throws {
        self.record = try SagaRow.record(row, flows)
        var content = Array("\(record.id)/\(try row.int32(4))/\(try row.int64(5))/".utf8)
        content += try row.bytes(7)
        self.fingerprint = sha256(content)
    }

    /// Stores the saga as an operator has changed it, for anybody to claim if it has something to
    /// do.
    func store(
        _ changed: SagaRecord, _ log: [SagaLogEntry], in transaction: PostgresTransaction
    ) async throws {
        let isMoving = changed.saga.status == .running || changed.saga.status == .compensating
        let rows = try await transaction.query(
            """
            UPDATE sagas SET status = $2, epoch = $3, progress = $4, updated_at = $5,
                ended_at = $6, step = $7, lease_owner = NULL,
                claimable_at = CASE WHEN $8 THEN now() END, events = events + $9
            WHERE id = $1 RETURNING events
            """,
            [
                .uuid(changed.id.uuid),
                .int16(Int16(clamping: SagaV1.SagaStatus(changed.saga.status).rawValue)),
                .int64(changed.saga.epoch), .bytes(SagaV1.SagaProgress(changed).encoded()),
                .timestamp(changed.updatedAt), .optional(changed.endedAt) { .timestamp($0) },
                .text(changed.saga.currentStep), .bool(isMoving), .int64(Int64(log.count)),
            ])
        guard let last = try rows.first?.int64(0) else { return }
        for (index, entry) in log.enumerated() {
            try transaction.enqueue(
                """
                INSERT INTO saga_events (saga_id, sequence, at, step, type, detail)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                [
                    .uuid(changed.id.uuid), .int64(last - Int64(log.count - 1 - index)),
                    .timestamp(entry.at), .text(entry.step), .text(entry.type), .text(entry.detail),
                ])
        }
    }
}
