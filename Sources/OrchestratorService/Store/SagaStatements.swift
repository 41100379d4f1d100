internal import Identifiers
internal import Messages
internal import Postgres
internal import SagaCore
internal import SagaEngine
internal import Wire

/// A saga that is to be stored for the first time.
struct NewSaga: Sendable {
    let record: SagaRecord
    let start: SagaStart
    /// The engine that will drive it; `nil` leaves it to the next sweep.
    let owner: UUID128?
    let lease: Duration?
}

extension NewSaga {
    /// Stores all rows whose idempotency key is new, and returns their ids.
    static func insertion(of rows: [NewSaga]) -> PostgresStatement {
        let records = rows.map(\.record)
        return PostgresStatement(
            """
            INSERT INTO sagas (id, kind, variant, definition_version, status, epoch,
                idempotency_key, request_hash, payment_id, refund_id, input, progress,
                created_at, updated_at, deadline, lease_owner, claimable_at, step, merchant_id,
                amount, currency)
            SELECT n.id, n.kind, n.variant, n.definition_version, n.status, n.epoch,
                n.idempotency_key, n.request_hash, n.payment_id,
                nullif(n.refund_id, '00000000-0000-0000-0000-000000000000'::uuid), n.input,
                n.progress, n.created_at, n.created_at, n.deadline,
                nullif(n.lease_owner, '00000000-0000-0000-0000-000000000000'::uuid),
                now() + n.lease * interval '1 microsecond', n.step, n.merchant_id,
                nullif(n.amount, 0), nullif(n.currency, '')
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::smallint[],
                $6::bigint[], $7::text[], $8::bytea[], $9::uuid[], $10::uuid[], $11::bytea[],
                $12::bytea[], $13::timestamptz[], $14::timestamptz[], $15::uuid[], $16::bigint[],
                $17::text[], $18::text[], $19::bigint[], $20::text[])
                AS n (id, kind, variant, definition_version, status, epoch, idempotency_key,
                    request_hash, payment_id, refund_id, input, progress, created_at, deadline,
                    lease_owner, lease, step, merchant_id, amount, currency)
            ON CONFLICT (idempotency_key) DO NOTHING
            RETURNING id
            """,
            [
                .uuidArray(records.map(\.id.uuid)),
                .textArray(records.map(\.saga.definition.kind)),
                .textArray(records.map(\.saga.definition.variant)),
                .int32Array(records.map { Int32(clamping: $0.saga.definition.version) }),
                .int16Array(records.map(\.storedStatus)),
                .int64Array(records.map(\.saga.epoch)),
                .textArray(rows.map(\.start.idempotencyKey)),
                .bytesArray(rows.map(\.start.requestHash)),
                .uuidArray(rows.map(\.start.paymentID.uuid)),
                .uuidArray(rows.map { $0.start.refundID?.uuid ?? .none }),
                .bytesArray(records.map(\.input)),
                .bytesArray(records.map { SagaV1.SagaProgress($0).encoded() }),
                .timestampArray(records.map(\.createdAt)),
                .timestampArray(records.map(\.deadline)),
                .uuidArray(rows.map { $0.owner ?? .none }),
                .int64Array(rows.map { ($0.lease ?? .zero).wholeMicroseconds }),
            ] + StoredSubjects(records).parameters)
    }
}

/// Changes of one saga that wait to be stored: the newest state, and all that happened.
struct PendingChange: Sendable {
    /// A saga in one engine's turn: only one of them can still be stored.
    struct Key: Hashable, Sendable {
        let saga: SagaID
        let epoch: Int64
    }

    private(set) var change: SagaChange
    var waiters: [SagaWriter.Waiter<Void>] = []

    init(_ change: SagaChange) {
        self.change = change
    }

    var key: Key { Key(saga: change.record.id, epoch: change.record.saga.epoch) }

    /// This change and a later one with the same key, as one.
    func followed(by later: PendingChange) -> PendingChange {
        var merged = self
        merged.change = SagaChange(
            record: later.change.record, log: change.log + later.change.log,
            lease: later.change.lease)
        merged.waiters += later.waiters
        return merged
    }
}

extension PendingChange {
    /// Stores the changes whose epoch is still the saga's, each with one row of history for all
    /// that happened, and returns their ids and epochs. Rows are locked in the order of their ids.
    ///
    /// `updated_at` rises with each change of a turn: a write whose connection was lost, and which
    /// the database comes to after all, does not undo the one that followed it.
    static func update(by pending: [PendingChange]) -> PostgresStatement {
        let changes = pending.map(\.change).sorted { $0.record.id < $1.record.id }
        let records = changes.map(\.record)
        return PostgresStatement(
            """
            WITH stored AS (
                UPDATE sagas s SET status = c.status, progress = c.progress,
                    updated_at = c.updated_at,
                    ended_at = CASE WHEN c.has_ended THEN c.updated_at ELSE s.ended_at END,
                    lease_owner = CASE c.lease WHEN 0 THEN s.lease_owner END,
                    claimable_at = CASE c.lease WHEN 0 THEN s.claimable_at
                        WHEN 1 THEN now() + c.delay * interval '1 microsecond' END,
                    events = s.events + c.events, step = c.step,
                    merchant_id = CASE c.merchant_id WHEN '' THEN s.merchant_id
                        ELSE c.merchant_id END,
                    amount = coalesce(nullif(c.amount, 0), s.amount),
                    currency = coalesce(nullif(c.currency, ''), s.currency)
                FROM unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::bytea[],
                    $5::timestamptz[], $6::boolean[], $7::smallint[], $8::bigint[], $9::bigint[],
                    $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::bytea[],
                    $15::text[], $16::text[], $17::bigint[], $18::text[])
                    AS c (id, epoch, status, progress, updated_at, has_ended, lease, delay, events,
                        event_at, event_step, event_type, event_detail, followed_by, step,
                        merchant_id, amount, currency)
                WHERE s.id = c.id AND s.epoch = c.epoch AND s.updated_at <= c.updated_at
                RETURNING s.id, s.epoch, s.events - c.events + 1 AS sequence, c.events AS count,
                    c.event_at, c.event_step, c.event_type, c.event_detail, c.followed_by
            ), noted AS (
                INSERT INTO saga_events (saga_id, sequence, at, step, type, detail, followed_by)
                SELECT id, sequence, event_at, event_step, event_type, event_detail,
                    nullif(followed_by, '')
                FROM stored WHERE count > 0
            )
            SELECT id, epoch FROM stored
            """,
            [
                .uuidArray(records.map(\.id.uuid)), .int64Array(records.map(\.saga.epoch)),
                .int16Array(records.map(\.storedStatus)),
                .bytesArray(records.map { SagaV1.SagaProgress($0).encoded() }),
                .timestampArray(records.map(\.updatedAt)),
                .boolArray(records.map { $0.endedAt != nil }),
                .int16Array(changes.map(\.lease.stored)),
                .int64Array(changes.map(\.lease.delay.wholeMicroseconds)),
                .int64Array(changes.map { Int64($0.log.count) }),
                .timestampArray(changes.map { $0.log.first?.at ?? $0.record.updatedAt }),
                .textArray(changes.map { $0.log.first?.step ?? "" }),
                .textArray(changes.map { $0.log.first?.type ?? "" }),
                .textArray(changes.map { ($0.log.first?.detail ?? "").storable }),
                .bytesArray(changes.map { SagaV1.SagaEvents($0.log.dropFirst()).encoded() }),
            ] + StoredSubjects(changes).parameters)
    }
}

/// What operators look for, of many sagas; '' and 0 for what is not known yet.
private struct StoredSubjects {
    private let records: [SagaRecord]
    private let subjects: [SagaSubject?]

    // One that cannot be read is not found by its subject, and stored all the same.

    init(_ records: [SagaRecord]) {
        self.records = records
        self.subjects = records.map { try? SagaSubject($0) }
    }

    /// Subjects become known with the answer of the first step, and do not change then.
    init(_ changes: [SagaChange]) {
        self.records = changes.map(\.record)
        self.subjects = changes.map { change in
            let first = change.record.saga.definition.steps.first?.name
            guard change.log.contains(where: { $0.step == first && $0.type == "succeeded" }) else {
                return nil
            }
            return try? SagaSubject(change.record)
        }
    }

    var parameters: [PostgresValue] {
        [
            .textArray(records.map(\.saga.currentStep)),
            .textArray(subjects.map { ($0?.merchantID ?? "").storable }),
            .int64Array(subjects.map { $0?.amount?.minorUnits ?? 0 }),
            .textArray(subjects.map { $0?.amount?.currency ?? "" }),
        ]
    }
}

extension SagaRecord {
    fileprivate var storedStatus: Int16 {
        Int16(clamping: SagaV1.SagaStatus(saga.status).rawValue)
    }
}

extension SagaChange.Lease {
    fileprivate var stored: Int16 {
        switch self {
        case .keep: 0
        case .release: 1
        case .end: 2
        }
    }

    fileprivate var delay: Duration {
        switch self {
        case .release(let delay): delay
        case .keep, .end: .zero
        }
    }
}

extension UUID128 {
    /// Stands for NULL in arrays of uuids, whose elements have no NULL.
    fileprivate static let none = UUID128(high: 0, low: 0)
}

extension String {
    /// PostgreSQL keeps no U+0000 in texts.
    fileprivate var storable: String { contains("\0") ? filter { $0 != "\0" } : self }
}
