internal import GatewayCore
internal import Identifiers
internal import Postgres
internal import ServiceKit

/// A payment method as it is kept.
struct StoredMethod: Sendable {
    var method: PaymentMethod
    let id: PaymentMethodID
    let isDetached: Bool
}

extension GatewayStore {
    static let methodColumns = """
        id, livemode, created_at, token, customer_id, metadata_keys, metadata_values, is_detached
        """

    /// Adds a payment method, and tells of it when it is a customer's. A repeat finds the one there is.
    func add(
        _ card: TestCard, id: PaymentMethodID, customer: CustomerID?,
        metadata: [(key: String, value: String)], scope: Scope, at now: Timestamp
    ) async throws -> StoredMethod? {
        try await self.database.withTransaction { transaction in
            let results = try await transaction.pipeline([
                PostgresStatement(
                    """
                    INSERT INTO payment_method (id, account_id, livemode, created_at, token,
                        customer_id, metadata_keys, metadata_values, is_detached)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false) ON CONFLICT (id) DO NOTHING
                    """,
                    [
                        .uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive),
                        .timestamp(now), .text(card.name),
                        .optional(customer?.uuid, PostgresValue.uuid),
                        .textArray(metadata.map(\.key)), .textArray(metadata.map(\.value)),
                    ]),
                PostgresStatement(
                    "SELECT \(Self.methodColumns) FROM payment_method WHERE id = $1",
                    [.uuid(id.uuid)]),
            ])
            let made = try results[1].rows.first.flatMap(StoredMethod.init)
            if let made, customer != nil, results[0].affectedRows == 1 {
                let event = NewEvent(
                    .paymentMethodAttached, of: id.uuid, number: 0, at: now, scope: scope,
                    object: made.method)
                try await EventJournal.write([event], in: transaction)
            }
            return made
        }
    }

    func method(_ id: PaymentMethodID, scope: Scope) async throws -> StoredMethod? {
        try await self.database.query(
            """
            SELECT \(Self.methodColumns) FROM payment_method
            WHERE id = $1 AND account_id = $2 AND livemode = $3
            """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)]
        ).first.flatMap(StoredMethod.init)
    }

    /// Changes a payment method, with its row locked, and tells of it.
    ///
    /// - Parameters:
    ///   - cause: The request, whose repeats tell nothing more.
    ///   - change: Gives the customer that it is of from then on.
    /// - Returns: `nil` when there is none of that id.
    func changeMethod(
        _ id: PaymentMethodID, scope: Scope, cause: RootID,
        _ change:
            @Sendable (inout StoredMethod) throws(APIError) -> (
                customer: CustomerID?, isDetached: Bool
            )
    ) async throws -> PaymentMethod? {
        try await self.database.withTransaction { transaction in
            let found = try await transaction.query(
                """
                SELECT \(Self.methodColumns) FROM payment_method
                WHERE id = $1 AND account_id = $2 AND livemode = $3 FOR UPDATE
                """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)])
            guard var stored = try found.first.flatMap(StoredMethod.init) else { return nil }
            let before = stored.method
            let (customer, isDetached) = try change(&stored)
            stored.method.customer = customer?.description
            let type: EventType =
                switch (before.customer, stored.method.customer) {
                case (nil, _?): .paymentMethodAttached
                case (_?, nil): .paymentMethodDetached
                case (_, _): .paymentMethodUpdated
                }
            try transaction.enqueue(
                """
                UPDATE payment_method SET customer_id = $2, is_detached = $3, metadata_keys = $4,
                    metadata_values = $5
                WHERE id = $1
                """,
                [
                    .uuid(id.uuid), .optional(customer?.uuid, PostgresValue.uuid),
                    .bool(isDetached), .textArray(stored.method.metadata.map(\.key)),
                    .textArray(stored.method.metadata.map(\.value)),
                ])
            let event = NewEvent(
                type, by: cause, scope: scope, object: stored.method, before: before)
            try await EventJournal.write([event], in: transaction)
            return stored.method
        }
    }

    func methods(
        scope: Scope, customer: CustomerID?, place: ListPlace<PaymentMethodKind>, limit: Int64
    ) async throws -> [PaymentMethod] {
        var conditions = Conditions(scope)
        conditions.add("customer_id =", customer.map { .uuid($0.uuid) })
        conditions.add(place)
        return try await self.database.query(
            """
            SELECT \(Self.methodColumns) FROM payment_method
            WHERE \(conditions.text) AND NOT is_detached
            ORDER BY id \(place.order) LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).compactMap { try StoredMethod($0)?.method }
    }
}

// MARK: - Quotes

extension GatewayStore {
    func add(_ quote: QuoteID, scope: Scope) async throws {
        try await self.database.query(
            """
            INSERT INTO fx_quote (id, account_id, livemode) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO NOTHING
            """, [.uuid(quote.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)])
    }

    func owns(_ quote: QuoteID, scope: Scope) async throws -> Bool {
        try await !self.database.query(
            "SELECT 1 FROM fx_quote WHERE id = $1 AND account_id = $2 AND livemode = $3",
            [.uuid(quote.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)]
        ).isEmpty
    }
}

extension StoredMethod {
    /// Reads the columns in the order of ``GatewayStore/methodColumns``.
    ///
    /// - Returns: `nil` for a token that this version does not know.
    init?(_ row: PostgresRow) throws {
        guard let card = TestCard.all[try row.text(3)] else { return nil }
        let id = PaymentMethodID(uuid: try row.uuid(0))
        self.init(
            method: PaymentMethod(
                id: id.description, isLive: try row.bool(1),
                created: try row.timestamp(2).seconds, card: card,
                customer: try row.optionalUUID(4).map { CustomerID(uuid: $0).description },
                metadata: Array(zip(try row.textArray(5), try row.textArray(6)))),
            id: id, isDetached: try row.bool(7))
    }
}
