internal import FieldRules
internal import Identifiers
internal import Money
internal import Postgres
internal import RPC
internal import RefundCore

/// The refund service's SQL.
struct RefundStore: Sendable {
    let database: PostgresPool

    /// A refund with the sequence of its last event.
    struct Stored: Sendable {
        var refund: Refund
        let lastEvent: Int64
    }

    /// Which refunds a list has.
    struct Filter: Sendable {
        var paymentID: PaymentID?
        /// Empty: of all merchants.
        var merchantID = ""
        /// Only those made before that one.
        var cursor: RefundID?
    }

    private static let columns = """
        id, saga_id, payment_id, charge_id, merchant_id, amount, currency, settlement_amount, \
        settlement_currency, reason, metadata_keys, metadata_values, created_at, status, \
        failure_reason, updated_at, events
        """

    /// Stores a new refund with its first event.
    ///
    /// - Returns: Whether its id was free.
    func create(_ refund: Refund, in transaction: PostgresTransaction) async throws -> Bool {
        let request = refund.request
        let inserted = try await transaction.query(
            """
            INSERT INTO refund (\(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            ON CONFLICT (id) DO NOTHING RETURNING id
            """,
            [
                .uuid(request.id.uuid), .uuid(request.sagaID.uuid), .uuid(request.paymentID.uuid),
                .uuid(request.chargeID.uuid), .text(request.merchantID),
                .int64(request.amount.minorUnits), .text(request.amount.currency.code),
                .int64(request.settlement.minorUnits), .text(request.settlement.currency.code),
                .optional(request.reason?.rawValue, PostgresValue.text),
                .textArray(request.metadata.entries.map(\.key)),
                .textArray(request.metadata.entries.map(\.value)), .timestamp(refund.createdAt),
                .text(refund.status.rawValue), .text(refund.failureReason),
                .timestamp(refund.updatedAt), .int64(1),
            ])
        guard !inserted.isEmpty else { return false }
        try self.append([.created], to: refund, after: 0, in: transaction)
        return true
    }

    func refund(_ id: RefundID) async throws -> Refund? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM refund WHERE id = $1", [.uuid(id.uuid)]
        ).first.map { try Stored($0).refund }
    }

    /// Reads a refund and locks its row until the transaction ends.
    ///
    /// - Throws: `NOT_FOUND`.
    func lock(_ id: RefundID, in transaction: PostgresTransaction) async throws -> Stored {
        let rows = try await transaction.query(
            "SELECT \(Self.columns) FROM refund WHERE id = $1 FOR UPDATE", [.uuid(id.uuid)])
        guard let row = rows.first else { throw RPCError.refundMissing }
        return try Stored(row)
    }

    /// Stores a changed refund with its events. The row must be locked.
    func save(
        _ stored: Stored, events: [RefundEvent], in transaction: PostgresTransaction
    ) throws {
        guard !events.isEmpty else { return }
        let refund = stored.refund
        try transaction.enqueue(
            """
            UPDATE refund SET status = $2, failure_reason = $3, updated_at = $4, events = $5
            WHERE id = $1
            """,
            [
                .uuid(refund.id.uuid), .text(refund.status.rawValue), .text(refund.failureReason),
                .timestamp(refund.updatedAt), .int64(stored.lastEvent + Int64(events.count)),
            ])
        try self.append(events, to: refund, after: stored.lastEvent, in: transaction)
    }

    /// Newest first.
    func refunds(_ filter: Filter, limit: Int64) async throws -> [Refund] {
        var parameters: [PostgresValue] = []
        var conditions: [String] = []
        func require(_ condition: String, _ value: PostgresValue) {
            parameters.append(value)
            conditions.append("\(condition) $\(parameters.count)")
        }
        if let payment = filter.paymentID { require("payment_id =", .uuid(payment.uuid)) }
        if !filter.merchantID.isEmpty { require("merchant_id =", .text(filter.merchantID)) }
        if let cursor = filter.cursor { require("id <", .uuid(cursor.uuid)) }
        parameters.append(.int64(limit))
        let clause = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try await self.database.query(
            """
            SELECT \(Self.columns) FROM refund \(clause)
            ORDER BY id DESC LIMIT $\(parameters.count)
            """, parameters
        ).map { try Stored($0).refund }
    }

    private func append(
        _ events: [RefundEvent], to refund: Refund, after last: Int64,
        in transaction: PostgresTransaction
    ) throws {
        for (offset, event) in events.enumerated() {
            try transaction.enqueue(
                """
                INSERT INTO refund_event (refund_id, sequence, type, created_at)
                VALUES ($1, $2, $3, $4)
                """,
                [
                    .uuid(refund.id.uuid), .int64(last + 1 + Int64(offset)),
                    .text(event.rawValue), .timestamp(refund.updatedAt),
                ])
        }
    }
}

extension RefundStore.Stored {
    /// Reads the columns in the order in which ``RefundStore`` names them.
    fileprivate init(_ row: PostgresRow) throws {
        let entries = zip(try row.textArray(10), try row.textArray(11))
        let request = try RefundRequest(
            id: RefundID(uuid: try row.uuid(0)), sagaID: SagaID(uuid: try row.uuid(1)),
            paymentID: PaymentID(uuid: try row.uuid(2)), chargeID: ChargeID(uuid: try row.uuid(3)),
            merchantID: try row.text(4),
            amount: Money(try row.int64(5), try Currency.named(try row.text(6))),
            settlement: Money(try row.int64(7), try Currency.named(try row.text(8))),
            reason: try row.optionalText(9).flatMap(RefundReason.init),
            metadata: Metadata(trusting: entries.map { Metadata.Entry(key: $0, value: $1) }))
        guard let status = Refund.Status(rawValue: try row.text(13)) else {
            throw UnknownStatus()
        }
        self.init(
            refund: Refund(
                request: request, createdAt: try row.timestamp(12), status: status,
                failureReason: try row.text(14), updatedAt: try row.timestamp(15)),
            lastEvent: try row.int64(16))
    }
}

/// A status that no version of the service writes.
private struct UnknownStatus: Error {}
