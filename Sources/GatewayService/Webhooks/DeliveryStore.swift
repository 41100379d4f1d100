internal import GatewayCore
internal import Identifiers
internal import Postgres

/// Which deliveries are due, and how those that were attempted have ended.
struct DeliveryStore: Sendable {
    let database: PostgresPool

    /// Longer than an attempt takes: one that has not ended by then belonged to a gateway that has.
    private static let lease = "interval '60 seconds'"

    /// Takes deliveries that are due, for each endpoint no more than may be under way to it, those
    /// with least under way first. Until their lease has run out no other gateway sees them.
    ///
    /// - Parameters:
    ///   - busy: How many are under way to each endpoint.
    ///   - window: How many may be, to one that takes what it is sent.
    func claim(
        _ most: Int, busy: [WebhookEndpointID: Int], window: Int
    ) async throws -> [Delivery] {
        var load = RowBatch([.init("endpoint_id", .uuid), .init("count", .int64)])
        for (endpoint, count) in busy { load.append([.uuid(endpoint.uuid), .int64(Int64(count))]) }
        return try await self.database.query(
            """
            WITH load AS (SELECT r.endpoint_id, r.count FROM \(load.source)),
            ready AS (
                SELECT e.id, coalesce(l.count, 0) AS busy,
                    (CASE WHEN e.failures = 0 THEN $3::bigint ELSE 1 END) - coalesce(l.count, 0)
                        AS room
                FROM webhook_endpoint AS e LEFT JOIN load AS l ON l.endpoint_id = e.id
                WHERE e.state = 'enabled'
                    AND (e.blocked_until IS NULL OR e.blocked_until <= now())
            ),
            chosen AS (
                SELECT d.account_id, d.livemode, d.sequence, d.endpoint_id
                FROM ready AS r CROSS JOIN LATERAL (
                    SELECT * FROM webhook_delivery
                    WHERE endpoint_id = r.id AND state = 'pending' AND due_at <= now()
                    ORDER BY due_at LIMIT greatest(r.room, 0) FOR UPDATE SKIP LOCKED
                ) AS d
                ORDER BY r.busy LIMIT $4
            )
            UPDATE webhook_delivery AS d SET due_at = now() + \(Self.lease),
                attempts = d.attempts + 1, attempted_at = now()
            FROM chosen AS c
            JOIN webhook_endpoint AS e ON e.id = c.endpoint_id
            JOIN account AS a ON a.id = c.account_id
            JOIN event AS v ON v.account_id = c.account_id AND v.livemode = c.livemode
                AND v.sequence = c.sequence
            WHERE d.account_id = c.account_id AND d.livemode = c.livemode
                AND d.sequence = c.sequence AND d.endpoint_id = c.endpoint_id
            RETURNING d.account_id, d.livemode, d.sequence, d.endpoint_id, e.url,
                e.secret_generation, e.previous_secret_until, a.secret, d.attempts, d.begun_at,
                e.failures, v.id, v.type, v.created_at, v.object, v.previous, v.endpoints
            """, load.parameters + [.int64(Int64(window)), .int64(Int64(most))]
        ).map(Delivery.init)
    }

    /// Writes how attempts ended. One whose lease ran out, so that another was begun, is passed
    /// over.
    func settle(_ settlements: [Settlement], pauses: [WebhookEndpointID: EndpointPause])
        async throws
    {
        guard !settlements.isEmpty else { return }
        try await self.database.pipeline(
            [Self.ending(settlements)] + EndpointPause.statements(pauses))
    }

    private static func ending(_ settlements: [Settlement]) -> PostgresStatement {
        var batch = RowBatch([
            .init("account_id", .uuid), .init("livemode", .bool), .init("sequence", .int64),
            .init("endpoint_id", .uuid), .init("attempts", .int32), .init("state", .text),
            .init("due_at", .timestamp), .init("status", .int32), .init("response", .bytes),
            .init("problem", .text), .init("counted", .int32),
        ])
        for settlement in settlements {
            let key = settlement.delivery.key
            let (answer, problem): (WebhookAnswer?, WebhookProblem?) =
                switch settlement.result {
                case .success(let answer): (answer, nil)
                case .failure(let problem): (nil, problem)
                }
            let attempts = Int32(clamping: settlement.delivery.attempts)
            batch.append([
                .uuid(key.scope.accountID.uuid), .bool(key.scope.isLive), .int64(key.sequence),
                .uuid(key.endpoint.uuid), .int32(attempts), .text(settlement.state.name),
                .optional(settlement.state.due, PostgresValue.timestamp),
                .optional(answer.map { Int32($0.status) }, PostgresValue.int32),
                .optional(answer?.body, PostgresValue.bytes),
                .optional(problem?.description, PostgresValue.text),
                .int32(settlement.state == .abandoned ? attempts - 1 : attempts),
            ])
        }
        return PostgresStatement(
            """
            UPDATE webhook_delivery AS d SET state = r.state, due_at = coalesce(r.due_at, now()),
                attempts = r.counted, status = r.status, response = r.response,
                problem = r.problem
            FROM \(batch.source)
            WHERE d.account_id = r.account_id AND d.livemode = r.livemode
                AND d.sequence = r.sequence AND d.endpoint_id = r.endpoint_id
                AND d.state = 'pending' AND d.attempts = r.attempts
            """, batch.parameters)
    }
}

extension Settlement.State {
    fileprivate var name: String {
        switch self {
        case .delivered: "delivered"
        case .again, .abandoned: "pending"
        case .dead: "dead"
        }
    }

    /// `nil`: now.
    fileprivate var due: Timestamp? {
        if case .again(let moment) = self { moment } else { nil }
    }
}

/// How an endpoint is to be treated after what it did.
enum EndpointPause: Hashable, Sendable {
    case healthy
    case failed(times: Int, until: Timestamp)

    /// Only what changes something is written; of two gateways that saw the same failures one
    /// counts them.
    fileprivate static func statements(
        _ pauses: [WebhookEndpointID: EndpointPause]
    ) -> [PostgresStatement] {
        var healthy: [UUID128] = []
        var failed = RowBatch([
            .init("id", .uuid), .init("failures", .int32), .init("blocked_until", .timestamp),
        ])
        for (id, pause) in pauses {
            switch pause {
            case .healthy: healthy.append(id.uuid)
            case .failed(let times, let until):
                failed.append([.uuid(id.uuid), .int32(Int32(clamping: times)), .timestamp(until)])
            }
        }
        var statements: [PostgresStatement] = []
        if !healthy.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE webhook_endpoint SET failures = 0, blocked_until = NULL
                    WHERE id = ANY($1::uuid[]) AND failures > 0
                    """, [.uuidArray(healthy)]))
        }
        if !failed.isEmpty {
            statements.append(
                PostgresStatement(
                    """
                    UPDATE webhook_endpoint AS e SET failures = r.failures,
                        blocked_until = r.blocked_until
                    FROM \(failed.source) WHERE e.id = r.id AND e.failures < r.failures
                    """, failed.parameters))
        }
        return statements
    }
}

extension Delivery {
    fileprivate init(_ row: PostgresRow) throws {
        let scope = try Scope(row, from: 0)
        let endpoint = WebhookEndpointID(uuid: try row.uuid(3))
        let event = Event(
            id: EventID(uuid: try row.uuid(11)).description, type: try row.text(12),
            created: try row.timestamp(13).seconds, isLive: scope.isLive,
            sequence: try row.int64(2), object: try row.bytes(14),
            previous: try row.optionalBytes(15), pendingWebhooks: Int64(try row.int32(16)))
        self.init(
            key: DeliveryKey(scope: scope, sequence: event.sequence, endpoint: endpoint),
            url: try row.text(4),
            keys: WebhookKeys(
                endpoint: endpoint, generation: Int(try row.int32(5)),
                previousUntil: try row.optionalTimestamp(6)),
            accountSecret: try row.bytes(7), event: event.rendered(),
            attempts: Int(try row.int32(8)), begunAt: try row.timestamp(9),
            failures: Int(try row.int32(10)))
    }
}
