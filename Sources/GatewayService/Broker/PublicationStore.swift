internal import GatewayCore
internal import Identifiers
internal import Postgres

/// Which events are to be published, and how far each account's have been.
struct PublicationStore: Sendable {
    let database: PostgresPool

    /// Of one batch: so many accounts, and so many events of each.
    private static let scopes: Int64 = 16
    private static let events: Int64 = 32

    /// Events that follow those published, of the accounts that have waited longest.
    func next() async throws -> [EventRun] {
        let rows = try await self.database.query(
            """
            WITH behind AS (
                SELECT c.account_id, c.livemode, coalesce(p.published, 0) AS published, c.last
                FROM event_counter AS c LEFT JOIN event_publication AS p
                    ON p.account_id = c.account_id AND p.livemode = c.livemode
                WHERE c.last > coalesce(p.published, 0)
                ORDER BY p.tried_at NULLS FIRST LIMIT $1
            )
            SELECT b.account_id, b.livemode, b.published, b.last, e.id, e.type, e.created_at,
                e.sequence, e.object, e.previous, e.endpoints
            FROM behind AS b LEFT JOIN LATERAL (
                SELECT * FROM event
                WHERE account_id = b.account_id AND livemode = b.livemode
                    AND sequence > b.published
                ORDER BY sequence LIMIT $2
            ) AS e ON true
            ORDER BY b.account_id, b.livemode, e.sequence
            """, [.int64(Self.scopes), .int64(Self.events)])
        return try self.runs(rows)
    }

    /// Notes how far runs have come, with the turn's epoch.
    ///
    /// - Parameter positions: The numbers of the last events published.
    /// - Throws: ``TurnLost``
    func advance(_ positions: [(Scope, Int64)], turn: Turn, epoch: Int64) async throws {
        var batch = RowBatch([
            .init("account_id", .uuid), .init("livemode", .bool), .init("published", .int64),
        ])
        for (scope, position) in positions {
            batch.append([.uuid(scope.accountID.uuid), .bool(scope.isLive), .int64(position)])
        }
        try await self.database.withTransaction { transaction in
            try await turn.check(epoch, in: transaction)
            try transaction.enqueue(
                """
                INSERT INTO event_publication AS p (\(batch.names), tried_at)
                SELECT \(batch.names), now() FROM \(batch.source)
                ON CONFLICT (account_id, livemode) DO UPDATE
                    SET published = greatest(p.published, excluded.published),
                        tried_at = excluded.tried_at
                """, batch.parameters)
        }
    }

    /// How many events are not published yet, and for how many seconds the oldest of them has not
    /// been.
    func backlog() async throws -> (count: Int64, oldestSeconds: Int64) {
        let row = try await self.database.query(
            """
            SELECT coalesce(sum(c.last - coalesce(p.published, 0)), 0)::bigint,
                coalesce(extract(epoch FROM now() - min(e.created_at)), 0)::bigint
            FROM event_counter AS c LEFT JOIN event_publication AS p
                ON p.account_id = c.account_id AND p.livemode = c.livemode
            LEFT JOIN LATERAL (
                SELECT created_at FROM event
                WHERE account_id = c.account_id AND livemode = c.livemode
                    AND sequence > coalesce(p.published, 0)
                ORDER BY sequence LIMIT 1
            ) AS e ON true
            WHERE c.last > coalesce(p.published, 0)
            """
        ).first
        return (try row?.int64(0) ?? 0, try row?.int64(1) ?? 0)
    }

    private func runs(_ rows: [PostgresRow]) throws -> [EventRun] {
        var runs: [EventRun] = []
        for row in rows {
            let scope = try Scope(row, from: 0)
            let before = runs.last?.scope == scope ? runs.removeLast().events : []
            let event = try row.optionalUUID(4).map { try Event(row, id: $0, scope: scope) }
            runs.append(
                EventRun(
                    scope: scope, position: try row.int64(2), last: try row.int64(3),
                    events: before + (event.map { [$0] } ?? [])))
        }
        return runs
    }
}

extension Event {
    fileprivate init(_ row: PostgresRow, id: UUID128, scope: Scope) throws {
        self.init(
            id: EventID(uuid: id).description, type: try row.text(5),
            created: try row.timestamp(6).seconds, isLive: scope.isLive,
            sequence: try row.int64(7), object: try row.bytes(8),
            previous: try row.optionalBytes(9), pendingWebhooks: Int64(try row.int32(10)))
    }
}
