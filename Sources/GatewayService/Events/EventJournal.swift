internal import GatewayCore
internal import Identifiers
internal import Postgres

/// Writes events with their numbers, and for each endpoint that wants it that it is to be told.
enum EventJournal {
    /// Writes those that are not written yet, in their order, with the transaction.
    ///
    /// Holds the counters of their accounts until the transaction ends: whoever else writes events
    /// of one waits, so numbers are given in the order of the commits.
    ///
    /// - Returns: How many were new.
    @discardableResult
    static func write(
        _ events: [NewEvent], in transaction: PostgresTransaction
    ) async throws -> Int {
        guard !events.isEmpty else { return 0 }
        let found = try await transaction.pipeline(self.reading(events))
        var known = Set(try found[2].rows.map { EventID(uuid: try $0.uuid(0)) })
        var counters: [Scope: Int64] = [:]
        for row in found[1].rows { counters[try Scope(row, from: 0)] = try row.int64(2) }
        let endpoints = Dictionary(
            grouping: try found[3].rows.map(Subscription.init), by: \.scope)
        var rows = Rows()
        for event in events where known.insert(event.id).inserted {
            let sequence = (counters[event.scope] ?? 0) + 1
            counters[event.scope] = sequence
            let told = (endpoints[event.scope] ?? []).filter { $0.selection.contains(event.type) }
            rows.add(event, sequence: sequence, endpoints: told.map(\.endpoint))
        }
        for statement in rows.statements(counters: counters) {
            try transaction.enqueue(statement.sql, statement.parameters)
        }
        return rows.count
    }

    private struct Subscription {
        let endpoint: WebhookEndpointID
        let scope: Scope
        let selection: EventSelection

        init(_ row: PostgresRow) throws {
            self.endpoint = WebhookEndpointID(uuid: try row.uuid(0))
            self.scope = try Scope(row, from: 1)
            self.selection = EventSelection(trusting: try row.textArray(3))
        }
    }
}

// MARK: - SQL

extension EventJournal {
    private static func reading(_ events: [NewEvent]) -> [PostgresStatement] {
        var scopes = RowBatch([.init("account_id", .uuid), .init("livemode", .bool)])
        let wanted = Set(events.map(\.scope)).sorted { left, right in
            (left.accountID, left.isLive ? 1 : 0) < (right.accountID, right.isLive ? 1 : 0)
        }
        for scope in wanted { scopes.append([.uuid(scope.accountID.uuid), .bool(scope.isLive)]) }
        return [
            PostgresStatement(
                """
                INSERT INTO event_counter (account_id, livemode, last)
                SELECT r.account_id, r.livemode, 0 FROM \(scopes.source)
                ON CONFLICT (account_id, livemode) DO NOTHING
                """, scopes.parameters),
            PostgresStatement(
                """
                SELECT c.account_id, c.livemode, c.last
                FROM event_counter AS c JOIN \(scopes.source)
                    ON c.account_id = r.account_id AND c.livemode = r.livemode
                ORDER BY c.account_id, c.livemode FOR UPDATE OF c
                """, scopes.parameters),
            PostgresStatement(
                "SELECT id FROM event WHERE id = ANY($1::uuid[])",
                [.uuidArray(events.map(\.id.uuid))]),
            PostgresStatement(
                """
                SELECT e.id, e.account_id, e.livemode, e.enabled_events
                FROM webhook_endpoint AS e JOIN \(scopes.source)
                    ON e.account_id = r.account_id AND e.livemode = r.livemode
                WHERE e.state = 'enabled'
                """, scopes.parameters),
        ]
    }

    private struct Rows {
        private static let place: [RowBatch.Column] = [
            .init("account_id", .uuid), .init("livemode", .bool), .init("sequence", .int64),
        ]
        private var events = RowBatch(
            Self.place + [
                .init("id", .uuid), .init("type", .text), .init("created_at", .timestamp),
                .init("object", .bytes), .init("previous", .bytes), .init("endpoints", .int32),
            ])
        private var deliveries = RowBatch(Self.place + [.init("endpoint_id", .uuid)])

        var count: Int { self.events.count }

        mutating func add(_ event: NewEvent, sequence: Int64, endpoints: [WebhookEndpointID]) {
            let place: [PostgresValue] = [
                .uuid(event.scope.accountID.uuid), .bool(event.scope.isLive), .int64(sequence),
            ]
            self.events.append(
                place + [
                    .uuid(event.id.uuid), .text(event.type.rawValue), .timestamp(event.at),
                    .bytes(event.object), .optional(event.previous, PostgresValue.bytes),
                    .int32(Int32(clamping: endpoints.count)),
                ])
            for endpoint in endpoints { self.deliveries.append(place + [.uuid(endpoint.uuid)]) }
        }

        func statements(counters: [Scope: Int64]) -> [PostgresStatement] {
            guard !self.events.isEmpty else { return [] }
            var statements = [self.events.insertion(into: "event"), Self.update(counters)]
            if !self.deliveries.isEmpty {
                statements.append(
                    PostgresStatement(
                        """
                        INSERT INTO webhook_delivery (\(self.deliveries.names), state, attempts,
                            due_at, begun_at)
                        SELECT \(self.deliveries.names), 'pending', 0, now(), now()
                        FROM \(self.deliveries.source)
                        """, self.deliveries.parameters))
            }
            return statements
        }

        private static func update(_ counters: [Scope: Int64]) -> PostgresStatement {
            var batch = RowBatch([
                .init("account_id", .uuid), .init("livemode", .bool), .init("last", .int64),
            ])
            for (scope, last) in counters {
                batch.append([.uuid(scope.accountID.uuid), .bool(scope.isLive), .int64(last)])
            }
            return PostgresStatement(
                """
                UPDATE event_counter AS c SET last = r.last FROM \(batch.source)
                WHERE c.account_id = r.account_id AND c.livemode = r.livemode
                """, batch.parameters)
        }
    }
}

extension Scope {
    init(_ row: PostgresRow, from first: Int) throws {
        self.init(
            accountID: AccountID(uuid: try row.uuid(first)), isLive: try row.bool(first + 1))
    }
}
