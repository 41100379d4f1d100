internal import GatewayCore
internal import Identifiers
internal import Postgres

/// Which events a list has.
struct EventFilter: Sendable {
    /// `nil`: of all.
    var types: [String]?
    var created = CreatedRange()
    /// Whether all endpoints that were to be told have been.
    var isDelivered: Bool?
    var place = Place.newest

    enum Place: Hashable, Sendable {
        case newest
        case before(Int64)
        case after(Int64)
    }
}

extension GatewayStore {
    /// Deliveries of the event `e` that have not been taken.
    private static let missing = """
        FROM webhook_delivery AS d WHERE d.account_id = e.account_id AND d.livemode = e.livemode
            AND d.sequence = e.sequence AND d.state <> 'delivered'
        """
    private static let eventColumns = """
        e.id, e.type, e.created_at, e.livemode, e.sequence, e.object, e.previous, \
        (SELECT count(*) \(Self.missing))
        """

    func event(_ id: EventID, scope: Scope) async throws -> Event? {
        try await self.database.query(
            """
            SELECT \(Self.eventColumns) FROM event AS e
            WHERE e.id = $1 AND e.account_id = $2 AND e.livemode = $3
            """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)]
        ).first.map(Event.init)
    }

    /// The nearest to the place first.
    func events(
        scope: Scope, _ filter: EventFilter, limit: Int64
    ) async throws -> [Event] {
        var conditions = Conditions(scope)
        conditions.add(filter.created)
        if let types = filter.types {
            conditions.add([.textArray(types)]) { "type = ANY(\($0[0])::text[])" }
        }
        switch filter.place {
        case .newest: break
        case .before(let sequence): conditions.add("sequence <", .int64(sequence))
        case .after(let sequence): conditions.add("sequence >", .int64(sequence))
        }
        if let isDelivered = filter.isDelivered {
            conditions.add("\(isDelivered ? "NOT " : "")EXISTS (SELECT 1 \(Self.missing))")
        }
        let order = if case .after = filter.place { "ASC" } else { "DESC" }
        return try await self.database.query(
            """
            SELECT \(Self.eventColumns) FROM event AS e WHERE \(conditions.text)
            ORDER BY sequence \(order) LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).map(Event.init)
    }
}

extension Event {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: EventID(uuid: try row.uuid(0)).description, type: try row.text(1),
            created: try row.timestamp(2).seconds, isLive: try row.bool(3),
            sequence: try row.int64(4), object: try row.bytes(5),
            previous: try row.optionalBytes(6), pendingWebhooks: try row.int64(7))
    }
}
