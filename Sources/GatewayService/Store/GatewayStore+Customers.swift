internal import GatewayCore
internal import Identifiers
internal import Postgres
internal import ServiceKit

extension GatewayStore {
    private static let customerColumns = """
        id, livemode, created_at, name, email, phone, description, metadata_keys, metadata_values, \
        is_deleted
        """

    /// Adds a customer, and tells of it. A repeat finds the one there is.
    func add(
        _ customer: Customer, id: CustomerID, scope: Scope, at now: Timestamp
    ) async throws -> Customer {
        try await self.database.withTransaction { transaction in
            let results = try await transaction.pipeline([
                PostgresStatement(
                    """
                    INSERT INTO customer (id, account_id, livemode, created_at, name, email, phone,
                        description, metadata_keys, metadata_values, is_deleted)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, false)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    [
                        .uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive),
                        .timestamp(now),
                    ] + Self.changeable(customer)),
                PostgresStatement(
                    "SELECT \(Self.customerColumns) FROM customer WHERE id = $1",
                    [.uuid(id.uuid)]),
            ])
            let made = try results[1].rows.first.map(Customer.init) ?? customer
            if results[0].affectedRows == 1 {
                let event = NewEvent(
                    .customerCreated, of: id.uuid, number: 0, at: now, scope: scope, object: made)
                try await EventJournal.write([event], in: transaction)
            }
            return made
        }
    }

    /// Those that were deleted too.
    func customer(_ id: CustomerID, scope: Scope) async throws -> Customer? {
        try await self.database.query(
            """
            SELECT \(Self.customerColumns) FROM customer
            WHERE id = $1 AND account_id = $2 AND livemode = $3
            """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)]
        ).first.map(Customer.init)
    }

    /// Changes a customer, with its row locked, and tells of it: two changes at once lose nothing.
    ///
    /// - Parameter cause: The request, whose repeats tell nothing more.
    /// - Returns: `nil` when there is none of that id, or it was deleted.
    func changeCustomer(
        _ id: CustomerID, scope: Scope, cause: RootID,
        _ change: @Sendable (inout Customer) throws(APIError) -> Void
    ) async throws -> Customer? {
        try await self.database.withTransaction { transaction in
            let found = try await transaction.query(
                """
                SELECT \(Self.customerColumns) FROM customer
                WHERE id = $1 AND account_id = $2 AND livemode = $3 AND NOT is_deleted FOR UPDATE
                """, [.uuid(id.uuid), .uuid(scope.accountID.uuid), .bool(scope.isLive)])
            guard let before = try found.first.map(Customer.init) else { return nil }
            var customer = before
            try change(&customer)
            try transaction.enqueue(
                """
                UPDATE customer SET name = $2, email = $3, phone = $4, description = $5,
                    metadata_keys = $6, metadata_values = $7, is_deleted = $8
                WHERE id = $1
                """,
                [.uuid(id.uuid)] + Self.changeable(customer) + [.bool(customer.isDeleted)])
            let event = NewEvent(
                customer.isDeleted ? .customerDeleted : .customerUpdated, by: cause, scope: scope,
                object: customer, before: before)
            let detached =
                customer.isDeleted
                ? try await Self.detachMethods(
                    of: id, scope: scope, at: cause.madeAt, in: transaction) : []
            try await EventJournal.write(detached + [event], in: transaction)
            return customer
        }
    }

    /// - Returns: What is to be told of it.
    private static func detachMethods(
        of customer: CustomerID, scope: Scope, at now: Timestamp,
        in transaction: PostgresTransaction
    ) async throws -> [NewEvent] {
        try await transaction.query(
            """
            UPDATE payment_method SET customer_id = NULL, is_detached = true
            WHERE customer_id = $1 RETURNING \(Self.methodColumns)
            """, [.uuid(customer.uuid)]
        ).compactMap(StoredMethod.init).map { stored in
            NewEvent(
                .paymentMethodDetached, of: stored.id.uuid, number: 0, at: now, scope: scope,
                object: stored.method)
        }
    }

    func customers(
        scope: Scope, email: String?, created: CreatedRange, place: ListPlace<CustomerKind>,
        limit: Int64
    ) async throws -> [Customer] {
        var conditions = Conditions(scope)
        conditions.add("email =", email.map(PostgresValue.text))
        conditions.add(created)
        conditions.add(place)
        return try await self.database.query(
            """
            SELECT \(Self.customerColumns) FROM customer
            WHERE \(conditions.text) AND NOT is_deleted
            ORDER BY id \(place.order) LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).map(Customer.init)
    }

    /// Newest first.
    func searchCustomers(
        _ query: SearchQuery, scope: Scope, olderThan cursor: CustomerID?, limit: Int64
    ) async throws -> [Customer] {
        var conditions = Conditions(scope)
        conditions.add("id <", cursor.map { .uuid($0.uuid) })
        conditions.add(query)
        return try await self.database.query(
            """
            SELECT \(Self.customerColumns) FROM customer
            WHERE \(conditions.text) AND NOT is_deleted
            ORDER BY id DESC LIMIT \(conditions.limit(limit))
            """, conditions.parameters
        ).map(Customer.init)
    }

    private static func changeable(_ customer: Customer) -> [PostgresValue] {
        [
            .optional(customer.name, PostgresValue.text),
            .optional(customer.email, PostgresValue.text),
            .optional(customer.phone, PostgresValue.text),
            .optional(customer.description, PostgresValue.text),
            .textArray(customer.metadata.map(\.key)), .textArray(customer.metadata.map(\.value)),
        ]
    }
}

extension Customer {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: CustomerID(uuid: try row.uuid(0)).description, isLive: try row.bool(1),
            created: try row.timestamp(2).seconds, name: try row.optionalText(3),
            email: try row.optionalText(4), phone: try row.optionalText(5),
            description: try row.optionalText(6),
            metadata: Array(zip(try row.textArray(7), try row.textArray(8))),
            isDeleted: try row.bool(9))
    }
}
