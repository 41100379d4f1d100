internal import Identifiers
internal import Logging
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine

/// Sagas in PostgreSQL. Starts and changes are gathered and committed in batches by its writer.
final class PostgresSagaStore: SagaStore {
    typealias Details = SagaStart

    let database: PostgresPool
    let flows: FlowBook
    let writer: SagaWriter
    private let logger: Logger
    /// Who this engine is in the column `lease_owner`.
    private let owner: UUID128

    init(
        database: PostgresPool, flows: FlowBook, owner: UUID128, timer: any SagaTimer,
        logger: Logger
    ) {
        self.database = database
        self.flows = flows
        self.owner = owner
        self.logger = logger
        self.writer = SagaWriter(database: database, timer: timer, logger: logger)
    }

    func insert(
        _ record: SagaRecord, _ details: SagaStart, lease: Duration?
    ) async throws -> SagaInsertion {
        let row = NewSaga(
            record: record, start: details, owner: lease == nil ? nil : owner, lease: lease)
        guard !(try await writer.insert(row)) else { return .inserted }
        let existing = try await database.query(
            "SELECT id, request_hash FROM sagas WHERE idempotency_key = $1",
            [.text(details.idempotencyKey)])
        guard let existing = existing.first else {
            // It never began, and was removed at this moment.
            throw RPCError.unavailable("The first call with this key was refused; try again.")
        }
        guard try existing.bytes(1) == details.requestHash else {
            throw RPCError.alreadyExists(
                .idempotencyError,
                "idempotency_key was used for another request; take a new key for this one.")
        }
        return .existing(SagaID(uuid: try existing.uuid(0)))
    }

    func save(_ change: SagaChange) async throws(SagaStoreError) {
        try await writer.save(change)
    }

    func saveEventually(_ change: SagaChange) {
        writer.saveEventually(change)
    }

    func discard(_ id: SagaID, epoch: Int64) async throws(SagaStoreError) {
        let isHeldByAnother: Bool
        do throws(PostgresError) {
            let removed = try await database.query(
                "DELETE FROM sagas WHERE id = $1 AND epoch = $2 RETURNING id",
                [.uuid(id.uuid), .int64(epoch)])
            guard removed.isEmpty else { return }
            let left = try await database.query(
                "SELECT id FROM sagas WHERE id = $1", [.uuid(id.uuid)])
            isHeldByAnother = !left.isEmpty
        } catch {
            throw .unavailable("\(error)")
        }
        guard !isHeldByAnother else { throw .fenced }
    }

    /// Skips rows that another engine is claiming at this moment, and sagas under a plan that only
    /// others know; notes each claim in the saga's history.
    func claim(limit: Int, lease: Duration) async throws(SagaStoreError) -> [SagaRecord] {
        let rows: [PostgresRow]
        do throws(PostgresError) {
            rows = try await database.query(
                Self.claimStatement,
                [
                    .int64(Int64(limit)), .int64(lease.wholeMicroseconds), .uuid(owner),
                    .textArray(flows.definitions.map(\.kind)),
                    .textArray(flows.definitions.map(\.variant)),
                    .int32Array(flows.definitions.map { Int32(clamping: $0.version) }),
                ])
        } catch {
            throw .unavailable("\(error)")
        }
        var claimed: [SagaRecord] = []
        for row in rows {
            do {
                claimed.append(try SagaRow.claimedRecord(row, flows))
            } catch {
                // It stays claimed until the lease has run out, and blocks no other.
                logger.critical("saga cannot be read", metadata: ["error": "\(error)"])
            }
        }
        return claimed
    }

    func renew(
        _ held: [SagaID: Int64], lease: Duration
    ) async throws(SagaStoreError) -> Set<SagaID> {
        do throws(PostgresError) {
            let rows = try await database.query(
                """
                UPDATE sagas s SET claimable_at = now() + $3 * interval '1 microsecond'
                FROM unnest($1::uuid[], $2::bigint[]) AS h (id, epoch)
                WHERE s.id = h.id AND s.epoch = h.epoch AND s.lease_owner IS NOT NULL
                RETURNING s.id
                """,
                [
                    .uuidArray(held.keys.map(\.uuid)), .int64Array(Array(held.values)),
                    .int64(lease.wholeMicroseconds),
                ])
            var kept: Set<SagaID> = []
            for row in rows { kept.insert(SagaID(uuid: try row.uuid(0))) }
            return kept
        } catch {
            throw .unavailable("\(error)")
        }
    }

    func load(_ id: SagaID) async throws(SagaStoreError) -> SagaRecord? {
        do {
            let rows = try await database.query(
                "SELECT \(SagaRow.columns(of: "s")) FROM sagas s WHERE s.id = $1",
                [.uuid(id.uuid)])
            return try rows.first.map { try SagaRow.record($0, flows) }
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// $1 how many, $2 microseconds of lease, $3 who, $4 to $6 the plans it knows. The rows are those that the update leaves:
    /// a row as it was when the statement began may have been overtaken before it was locked.
    private static let claimStatement = """
        WITH due AS (
            SELECT id FROM sagas WHERE claimable_at <= now()
                AND (kind, variant, definition_version)
                    IN (SELECT * FROM unnest($4::text[], $5::text[], $6::int[]))
            ORDER BY claimable_at LIMIT $1 FOR UPDATE SKIP LOCKED
        ), claimed AS (
            UPDATE sagas s SET epoch = s.epoch + 1, events = s.events + 1, lease_owner = $3,
                claimable_at = now() + $2 * interval '1 microsecond'
            FROM due WHERE s.id = due.id
            RETURNING \(SagaRow.columns(of: "s")), s.events
        ), noted AS (
            INSERT INTO saga_events (saga_id, sequence, at, step, type, detail)
            SELECT c.id, c.events, now(), '', 'claimed', 'epoch ' || c.epoch
            FROM claimed c
        )
        SELECT * FROM claimed
        """
}
