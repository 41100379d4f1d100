internal import GatewayCore
internal import Identifiers
internal import Postgres
internal import ServiceKit

/// An endpoint as it is kept.
struct StoredEndpoint: Sendable {
    var endpoint: WebhookEndpoint
    let id: WebhookEndpointID
    let scope: Scope
    var keys: WebhookKeys
    /// The request that made the secret of now, whose repeats make no other; `nil` for the first.
    var rolledBy: RootID?
    /// Deliveries that failed since one succeeded.
    var failures: Int
    var blockedUntil: Timestamp?
}

extension GatewayStore {
    private static let endpointColumns = """
        id, account_id, livemode, created_at, url, enabled_events, description, metadata_keys, \
        metadata_values, state, secret_generation, previous_secret_until, failures, \
        blocked_until, secret_rolled_by
        """
    /// Of one account in one mode.
    private static let endpointLimit: Int64 = 16

    /// Adds an endpoint. A repeat finds the one there is.
    ///
    /// - Throws: 400 when the account has as many as may be.
    func add(
        _ endpoint: WebhookEndpoint, id: WebhookEndpointID, scope: Scope, at now: Timestamp
    ) async throws -> StoredEndpoint {
        try await self.database.withTransaction { transaction in
            let results = try await transaction.pipeline([
                // One at a time, so that two do not both take the last place.
                PostgresStatement(
                    "SELECT id FROM account WHERE id = $1 FOR UPDATE",
                    [.uuid(scope.accountID.uuid)]),
                PostgresStatement(
                    """
                    SELECT count(*) FROM webhook_endpoint
                    WHERE account_id = $1 AND livemode = $2 AND state <> 'deleted' AND id <> $3
                    """, [.uuid(scope.accountID.uuid), .bool(scope.isLive), .uuid(id.uuid)]),
                PostgresStatement(
                    """
                    INSERT INTO webhook_endpoint (id, account_id, livemode, created_at, url,
                        enabled_events, description, metadata_keys, metadata_values, state,
                        secret_generation, failures)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 0)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    [
                        .uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive),
                        .timestamp(now),
                    ] + Self.changeable(endpoint)),
                PostgresStatement(
                    "SELECT \(Self.endpointColumns) FROM webhook_endpoint WHERE id = $1",
                    [.uuid(id.uuid)]),
            ])
            guard let others = try results[1].rows.first?.int64(0), others < Self.endpointLimit
            else {
                throw APIError.invalid(
                    "You have reached the maximum of \(Self.endpointLimit) webhook endpoints.", nil)
            }
            guard let row = results[3].rows.first else { throw APIError.broken }
            return try StoredEndpoint(row)
        }
    }

    func endpoint(_ id: WebhookEndpointID, scope: Scope) async throws -> StoredEndpoint? {
        try await self.database.query(
            """
            SELECT \(Self.endpointColumns) FROM webhook_endpoint
            WHERE id = $1 AND account_id = $2 AND livemode = $3 AND state <> 'deleted'
            """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)]
        ).first.map(StoredEndpoint.init)
    }

    /// Changes an endpoint, with its row locked. What kept it from being sent to is forgotten: it
    /// may be another now.
    ///
    /// - Returns: `nil` when there is none of that id.
    func changeEndpoint(
        _ id: WebhookEndpointID, scope: Scope,
        _ change: @Sendable (inout StoredEndpoint) throws(APIError) -> Void
    ) async throws -> StoredEndpoint? {
        try await self.database.withTransaction { transaction in
            let found = try await transaction.query(
                """
                SELECT \(Self.endpointColumns) FROM webhook_endpoint
                WHERE id = $1 AND account_id = $2 AND livemode = $3 AND state <> 'deleted'
                FOR UPDATE
                """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)])
            guard var stored = try found.first.map(StoredEndpoint.init) else { return nil }
            try change(&stored)
            try transaction.enqueue(
                """
                UPDATE webhook_endpoint SET url = $2, enabled_events = $3, description = $4,
                    metadata_keys = $5, metadata_values = $6, state = $7, secret_generation = $8,
                    previous_secret_until = $9, secret_rolled_by = $10, failures = 0,
                    blocked_until = NULL
                WHERE id = $1
                """,
                [.uuid(id.uuid)] + Self.changeable(stored.endpoint) + [
                    .int32(Int32(clamping: stored.keys.generation)),
                    .optional(stored.keys.previousUntil, PostgresValue.timestamp),
                    .optional(stored.rolledBy?.uuid, PostgresValue.uuid),
                ])
            return stored
        }
    }

    func endpoints(
        scope: Scope, place: ListPlace<WebhookEndpointKind>, limit: Int64
    ) async throws -> [StoredEndpoint] {
        var conditions = Conditions(scope)
        conditions.add(place)
        return try await self.database.query(
            """
            SELECT \(Self.endpointColumns) FROM webhook_endpoint
            WHERE \(conditions.text) AND state <> 'deleted'
            ORDER BY id \(place.order) LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).map(StoredEndpoint.init)
    }

    /// Of all accounts, for `nil`, in both modes.
    func endpoints(
        of account: AccountID?, before cursor: WebhookEndpointID?, limit: Int64
    ) async throws -> [StoredEndpoint] {
        try await self.database.query(
            """
            SELECT \(Self.endpointColumns) FROM webhook_endpoint
            WHERE ($1::uuid IS NULL OR account_id = $1) AND ($2::uuid IS NULL OR id < $2)
                AND state <> 'deleted'
            ORDER BY id DESC LIMIT $3
            """,
            [
                .optional(account?.uuid, PostgresValue.uuid),
                .optional(cursor?.uuid, PostgresValue.uuid), .int64(limit),
            ]
        ).map(StoredEndpoint.init)
    }

    private static func changeable(_ endpoint: WebhookEndpoint) -> [PostgresValue] {
        let state =
            endpoint.isDeleted ? "deleted" : endpoint.isEnabled ? "enabled" : "disabled"
        return [
            .text(endpoint.url), .textArray(endpoint.events.names),
            .optional(endpoint.description, PostgresValue.text),
            .textArray(endpoint.metadata.map(\.key)), .textArray(endpoint.metadata.map(\.value)),
            .text(state),
        ]
    }
}

extension StoredEndpoint {
    fileprivate init(_ row: PostgresRow) throws {
        let id = WebhookEndpointID(uuid: try row.uuid(0))
        let scope = try Scope(row, from: 1)
        let state = try row.text(9)
        self.init(
            endpoint: WebhookEndpoint(
                id: id.description, isLive: scope.isLive, created: try row.timestamp(3).seconds,
                url: try row.text(4), events: EventSelection(trusting: try row.textArray(5)),
                description: try row.optionalText(6), isEnabled: state == "enabled",
                isDeleted: state == "deleted",
                metadata: Array(zip(try row.textArray(7), try row.textArray(8)))),
            id: id, scope: scope,
            keys: WebhookKeys(
                endpoint: id, generation: Int(try row.int32(10)),
                previousUntil: try row.optionalTimestamp(11)),
            rolledBy: try row.optionalUUID(14).map { RootID(uuid: $0) },
            failures: Int(try row.int32(12)), blockedUntil: try row.optionalTimestamp(13))
    }
}
