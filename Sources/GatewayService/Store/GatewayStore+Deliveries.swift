internal import GatewayCore
internal import Identifiers
internal import Postgres

/// Which deliveries an operator means.
struct DeliveryFilter: Sendable {
    let scope: Scope
    var endpoint: WebhookEndpointID?
    var event: EventID?
    var state: DeliveryState?

    enum DeliveryState: String, CaseIterable, Sendable {
        case pending, delivered, dead
    }
}

/// A delivery as it is kept, with what there is to know of its event.
struct StoredDelivery: Sendable {
    let endpoint: WebhookEndpointID
    let event: EventID
    let type: String
    let sequence: Int64
    let state: DeliveryFilter.DeliveryState
    let attempts: Int64
    let dueAt: Timestamp
    let attemptedAt: Timestamp?
    let status: Int32?
    let response: [UInt8]
    let problem: String?

    var place: Place { Place(sequence: self.sequence, endpoint: self.endpoint) }

    /// Where a page ends: "41/we_…".
    struct Place: Hashable, Sendable, LosslessStringConvertible {
        let sequence: Int64
        let endpoint: WebhookEndpointID

        init(sequence: Int64, endpoint: WebhookEndpointID) {
            self.sequence = sequence
            self.endpoint = endpoint
        }

        init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let sequence = Int64(parts[0]),
                let endpoint = WebhookEndpointID(String(parts[1]))
            else { return nil }
            self.init(sequence: sequence, endpoint: endpoint)
        }

        var description: String { "\(self.sequence)/\(self.endpoint)" }
    }
}

extension GatewayStore {
    /// Rows of `webhook_delivery AS d` with `event AS v`.
    private static func conditions(_ filter: DeliveryFilter) -> Conditions {
        var conditions = Conditions(filter.scope, table: "d.")
        conditions.add("d.endpoint_id =", filter.endpoint.map { .uuid($0.uuid) })
        conditions.add("v.id =", filter.event.map { .uuid($0.uuid) })
        conditions.add("d.state =", filter.state.map { .text($0.rawValue) })
        return conditions
    }

    private static let deliveries = """
        webhook_delivery AS d JOIN event AS v ON v.account_id = d.account_id
            AND v.livemode = d.livemode AND v.sequence = d.sequence
        """

    /// Those of the newest events first.
    func deliveries(
        _ filter: DeliveryFilter, after place: StoredDelivery.Place?, limit: Int64
    ) async throws -> [StoredDelivery] {
        var conditions = Self.conditions(filter)
        if let place {
            conditions.add([.int64(place.sequence), .uuid(place.endpoint.uuid)]) {
                "(d.sequence, d.endpoint_id) < (\($0[0]), \($0[1]))"
            }
        }
        return try await self.database.query(
            """
            SELECT d.endpoint_id, v.id, v.type, d.sequence, d.state, d.attempts::bigint, d.due_at,
                d.attempted_at, d.status, d.response, d.problem
            FROM \(Self.deliveries) WHERE \(conditions.text)
            ORDER BY d.sequence DESC, d.endpoint_id DESC LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).map(StoredDelivery.init)
    }

    /// Has deliveries made again as if their events had just happened.
    ///
    /// - Returns: How many; no more than `limit`.
    func resend(_ filter: DeliveryFilter, limit: Int64) async throws -> Int {
        var conditions = Self.conditions(filter)
        conditions.add(
            "EXISTS (SELECT 1 FROM webhook_endpoint AS e WHERE e.id = d.endpoint_id "
                + "AND e.state <> 'deleted')")
        return try await self.database.pipeline([
            PostgresStatement(
                """
                UPDATE webhook_delivery AS t
                SET state = 'pending', attempts = 0, due_at = now(), begun_at = now()
                FROM (
                    SELECT d.account_id, d.livemode, d.sequence, d.endpoint_id
                    FROM \(Self.deliveries) WHERE \(conditions.text)
                    LIMIT \(conditions.limit(limit))
                ) AS s
                WHERE t.account_id = s.account_id AND t.livemode = s.livemode
                    AND t.sequence = s.sequence AND t.endpoint_id = s.endpoint_id
                """, conditions.parameters)
        ]).first?.affectedRows ?? 0
    }

    /// Has an event told to an endpoint, whether or not it was to be before.
    ///
    /// - Returns: Whether there are both.
    func send(_ event: EventID, to endpoint: WebhookEndpointID, scope: Scope) async throws -> Bool {
        try await self.database.pipeline([
            PostgresStatement(
                """
                INSERT INTO webhook_delivery AS d (account_id, livemode, sequence, endpoint_id,
                    state, attempts, due_at, begun_at)
                SELECT v.account_id, v.livemode, v.sequence, e.id, 'pending', 0, now(), now()
                FROM event AS v JOIN webhook_endpoint AS e ON e.account_id = v.account_id
                    AND e.livemode = v.livemode AND e.id = $2 AND e.state <> 'deleted'
                WHERE v.id = $1 AND v.account_id = $3 AND v.livemode = $4
                ON CONFLICT (account_id, livemode, sequence, endpoint_id) DO UPDATE
                    SET state = 'pending', attempts = 0, due_at = now(), begun_at = now()
                """,
                [
                    .uuid(event.uuid), .uuid(endpoint.uuid), .uuid(scope.accountID.uuid),
                    .bool(scope.isLive),
                ])
        ]).first?.affectedRows == 1
    }
}

extension StoredDelivery {
    fileprivate init(_ row: PostgresRow) throws {
        guard let state = DeliveryFilter.DeliveryState(rawValue: try row.text(4)) else {
            throw UnknownDeliveryState()
        }
        self.init(
            endpoint: WebhookEndpointID(uuid: try row.uuid(0)),
            event: EventID(uuid: try row.uuid(1)), type: try row.text(2),
            sequence: try row.int64(3), state: state, attempts: try row.int64(5),
            dueAt: try row.timestamp(6), attemptedAt: try row.optionalTimestamp(7),
            status: try row.optionalInt32(8), response: try row.optionalBytes(9) ?? [],
            problem: try row.optionalText(10))
    }
}

/// A state that no version of the gateway writes.
private struct UnknownDeliveryState: Error {}
