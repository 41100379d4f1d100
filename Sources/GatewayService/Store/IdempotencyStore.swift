internal import GatewayCore
internal import Identifiers
internal import Logging
internal import Postgres
internal import ServiceKit
internal import ServiceLifecycle

/// Idempotency keys and what their requests were answered with.
///
/// A key is written before its request is carried out, with the gateway that does it. When that
/// gateway is gone, a repeat takes the key over and begins again from the same root: the calls it
/// makes have the same keys, so what was done is found and what was not is done.
struct IdempotencyStore: Sendable {
    /// A key that a request came with.
    struct Reservation: Hashable, Sendable {
        let scope: Scope
        let key: String
        /// The root, if the key is new.
        let id: RootID
        let requestHash: [UInt8]
    }

    /// What became of a request.
    enum Ending: Hashable, Sendable {
        case answered(SavedAnswer, movedMoney: Bool)
        /// Nothing was begun: the key is free again.
        case freed
        /// Nobody knows: a repeat finds out.
        case abandoned
    }

    enum Work: Sendable {
        case begin(Reservation)
        case end(Reservation, Ending)
    }

    enum Begin: Hashable, Sendable {
        case isNew
        case known(IdempotencyRecord)
    }

    private let database: PostgresPool
    private let owner: UUID128
    private let commits: GroupCommit<Work, Begin>

    init(database: PostgresPool, owner: UUID128, logger: Logger) {
        self.database = database
        self.owner = owner
        self.commits = GroupCommit(logger: logger) { works in
            try await Self.commit(works, owner: owner, database)
        }
    }

    /// What has to run for anything to be kept.
    var service: any Service { self.commits }

    /// Writes the key, unless it is there.
    func begin(_ reservation: Reservation) async throws -> Begin {
        try await self.commits.submit(.begin(reservation))
    }

    func end(_ reservation: Reservation, _ ending: Ending) async throws {
        _ = try await self.commits.submit(.end(reservation, ending))
    }

    /// Makes this gateway the one at work on a key that was left.
    ///
    /// - Returns: Whether it is; another may have been quicker.
    func takeOver(_ reservation: Reservation) async throws -> Bool {
        let result = try await self.database.pipeline([
            PostgresStatement(
                """
                UPDATE idempotency_record AS t SET owner = $4, begun_at = now()
                WHERE t.account_id = $1 AND t.livemode = $2 AND t.key = $3 AND t.status IS NULL
                    AND NOT \(Self.isAtWork(owner: "(SELECT i.alive_until FROM instance AS i WHERE i.id = t.owner)"))
                """,
                [
                    .uuid(reservation.scope.accountID.uuid), .bool(reservation.scope.isLive),
                    .text(reservation.key), .uuid(self.owner),
                ])
        ])
        return result.first?.affectedRows == 1
    }

    /// What is known of a key.
    func record(_ key: String, in scope: Scope) async throws -> IdempotencyRecord? {
        let wanted = Reservation(
            scope: scope, key: key, id: RootID(uuid: UUID128(high: 0, low: 0)), requestHash: [])
        let found = try await self.database.pipeline([Self.reading([wanted])])
        return try Self.records(found[0])[RecordKey(wanted)]
    }

    /// Removes what is older than `age` and moved no money.
    func removeOld(_ age: Duration) async throws -> Int {
        let seconds = Int64(age.components.seconds)
        return try await self.database.pipeline([
            PostgresStatement(
                """
                DELETE FROM idempotency_record
                WHERE NOT is_kept AND created_at < now() - $1 * interval '1 second'
                """, [.int64(seconds)])
        ]).first?.affectedRows ?? 0
    }
}

// MARK: - SQL

extension IdempotencyStore {
    /// Longer than any request takes: who began it so long ago does not go on, alive or not.
    private static let longestWork = "interval '2 minutes'"

    private static func isAtWork(owner aliveUntil: String) -> String {
        """
        (coalesce(\(aliveUntil) > now(), false) AND t.begun_at > now() - \(Self.longestWork))
        """
    }

    private static let keyColumns: [RowBatch.Column] = [
        .init("account_id", .uuid), .init("livemode", .bool), .init("key", .text),
    ]
    private static let sameKey = """
        t.account_id = r.account_id AND t.livemode = r.livemode AND t.key = r.key
        """

    private static func commit(
        _ works: [Work], owner: UUID128, _ database: PostgresPool
    ) async throws -> [Result<Begin, any Error>] {
        let begun = works.compactMap { work in
            if case .begin(let reservation) = work { reservation } else { nil }
        }
        var statements = Self.endings(works)
        // Last, so that a key that was freed in this batch can be had in it.
        if !begun.isEmpty {
            statements += [Self.writing(begun, owner: owner), Self.reading(begun)]
        }
        let results = try await database.pipeline(statements)
        let records =
            begun.isEmpty ? [:] : try Self.records(results.last ?? PostgresResult.none)
        return works.map { work in
            guard case .begin(let reservation) = work else { return .success(.isNew) }
            guard let record = records[RecordKey(reservation)],
                record.id != reservation.id.uuid
            else { return .success(.isNew) }
            return .success(.known(record))
        }
    }

    private static func key(_ reservation: Reservation) -> [PostgresValue] {
        [
            .uuid(reservation.scope.accountID.uuid), .bool(reservation.scope.isLive),
            .text(reservation.key),
        ]
    }

    private static func writing(_ begun: [Reservation], owner: UUID128) -> PostgresStatement {
        var batch = RowBatch(
            Self.keyColumns + [
                .init("id", .uuid), .init("request_hash", .bytes), .init("owner", .uuid),
            ])
        for reservation in begun {
            batch.append(
                Self.key(reservation) + [
                    .uuid(reservation.id.uuid), .bytes(reservation.requestHash), .uuid(owner),
                ])
        }
        return PostgresStatement(
            """
            INSERT INTO idempotency_record (\(batch.names), begun_at, is_kept, created_at)
            SELECT \(batch.names), now(), false, now() FROM \(batch.source)
            ON CONFLICT (account_id, livemode, key) DO NOTHING
            """, batch.parameters)
    }

    private static func reading(_ wanted: [Reservation]) -> PostgresStatement {
        var batch = RowBatch(Self.keyColumns)
        for reservation in wanted { batch.append(Self.key(reservation)) }
        return PostgresStatement(
            """
            SELECT t.account_id, t.livemode, t.key, t.id, t.request_hash, t.status, t.body,
                t.request_id, \(Self.isAtWork(owner: "i.alive_until"))
            FROM \(batch.source) JOIN idempotency_record AS t ON \(Self.sameKey)
            LEFT JOIN instance AS i ON i.id = t.owner
            """, batch.parameters)
    }

    private static func endings(_ works: [Work]) -> [PostgresStatement] {
        var answered = RowBatch(
            Self.keyColumns + [
                .init("status", .int32), .init("body", .bytes), .init("request_id", .text),
                .init("is_kept", .bool),
            ])
        var freed = RowBatch(Self.keyColumns + [.init("id", .uuid)])
        var abandoned = RowBatch(Self.keyColumns)
        for case .end(let reservation, let ending) in works {
            let key = Self.key(reservation)
            switch ending {
            case .answered(let answer, let movedMoney):
                answered.append(
                    key + [
                        .int32(Int32(answer.status)), .bytes(answer.body), .text(answer.requestID),
                        .bool(movedMoney),
                    ])
            case .freed: freed.append(key + [.uuid(reservation.id.uuid)])
            case .abandoned: abandoned.append(key)
            }
        }
        var statements: [PostgresStatement] = []
        if !answered.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE idempotency_record AS t SET status = r.status, body = r.body,
                        request_id = r.request_id, is_kept = r.is_kept, owner = NULL
                    FROM \(answered.source) WHERE \(Self.sameKey) AND t.status IS NULL
                    """, answered.parameters))
        }
        if !freed.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    DELETE FROM idempotency_record AS t USING \(freed.source)
                    WHERE \(Self.sameKey) AND t.id = r.id AND t.status IS NULL
                    """, freed.parameters))
        }
        if !abandoned.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE idempotency_record AS t SET owner = NULL
                    FROM \(abandoned.source) WHERE \(Self.sameKey) AND t.status IS NULL
                    """, abandoned.parameters))
        }
        return statements
    }

    private static func records(
        _ result: PostgresResult
    ) throws -> [RecordKey: IdempotencyRecord] {
        var records: [RecordKey: IdempotencyRecord] = [:]
        for row in result.rows {
            let key = RecordKey(
                scope: Scope(
                    accountID: AccountID(uuid: try row.uuid(0)), isLive: try row.bool(1)),
                key: try row.text(2))
            let state: IdempotencyRecord.State =
                if let status = try row.optionalInt32(5) {
                    .done(
                        SavedAnswer(
                            status: Int(status), body: try row.bytes(6),
                            requestID: try row.text(7)))
                } else {
                    .running(isOwnerAlive: try row.bool(8))
                }
            records[key] = IdempotencyRecord(
                id: try row.uuid(3), requestHash: try row.bytes(4), state: state)
        }
        return records
    }
}

private struct RecordKey: Hashable {
    let scope: Scope
    let key: String

    init(scope: Scope, key: String) {
        self.scope = scope
        self.key = key
    }

    init(_ reservation: IdempotencyStore.Reservation) {
        self.init(scope: reservation.scope, key: reservation.key)
    }
}
