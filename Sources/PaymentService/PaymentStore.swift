internal import FieldRules
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import Postgres
internal import RPC

/// The payment service's SQL.
struct PaymentStore: Sendable {
    let database: PostgresPool

    /// A payment with the sequence of its last event.
    struct Stored: Sendable {
        var payment: Payment
        let lastEvent: Int64
    }

    /// Stores a new payment with its first event, unless the key was used before.
    ///
    /// - Returns: `nil` when it was stored; otherwise what the key made before.
    func create(
        _ payment: Payment, key: String, requestHash: [UInt8]
    ) async throws -> (payment: Payment, requestHash: [UInt8])? {
        try await self.database.withTransaction { transaction in
            let inserted = try await transaction.query(
                PaymentRow.insert, PaymentRow.parameters(payment, key: key, hash: requestHash))
            if !inserted.isEmpty {
                try self.append([.created], to: payment, after: 0, in: transaction)
                return nil
            }
            // Whoever has the key has committed: the insert waited for that.
            let rows = try await transaction.query(
                """
                SELECT id, request_hash FROM payment
                WHERE merchant_id = $1 AND idempotency_key = $2
                """, [.text(payment.merchantID), .text(key)])
            guard let row = rows.first,
                let known = try await self.payment(
                    PaymentID(uuid: try row.uuid(0)), in: transaction)
            else { throw RPCError.internal() }
            return (known.payment, try row.bytes(1))
        }
    }

    func payment(_ id: PaymentID) async throws -> Payment? {
        try await self.database.query(
            "SELECT \(PaymentRow.columns) FROM \(PaymentRow.source) WHERE p.id = $1",
            [.uuid(id.uuid)]
        ).first.map { try PaymentRow.payment($0).payment }
    }

    /// Reads a payment and locks its row until the transaction ends.
    ///
    /// - Throws: `NOT_FOUND`.
    func lock(_ id: PaymentID, in transaction: PostgresTransaction) async throws -> Stored {
        // Two statements: the second sees what was committed while the first waited for the lock.
        // In one, the charge could be older than the payment it belongs to.
        _ = try await transaction.query(
            "SELECT id FROM payment WHERE id = $1 FOR UPDATE", [.uuid(id.uuid)])
        guard let stored = try await self.payment(id, in: transaction) else {
            throw RPCError.paymentMissing
        }
        return stored
    }

    /// Stores a changed payment, its charge and its events. The row must be locked.
    func save(
        _ stored: Stored, events: [PaymentEvent], in transaction: PostgresTransaction
    ) throws {
        let payment = stored.payment
        try transaction.enqueue(
            PaymentRow.update,
            PaymentRow.changeable(payment, lastEvent: stored.lastEvent + Int64(events.count)))
        if let charge = payment.charge {
            try transaction.enqueue(ChargeRow.upsert, ChargeRow.parameters(charge, of: payment.id))
        }
        try self.append(events, to: payment, after: stored.lastEvent, in: transaction)
    }

    private func payment(
        _ id: PaymentID, in transaction: PostgresTransaction
    ) async throws -> Stored? {
        try await transaction.query(
            "SELECT \(PaymentRow.columns) FROM \(PaymentRow.source) WHERE p.id = $1",
            [.uuid(id.uuid)]
        ).first.map(PaymentRow.payment)
    }
}

extension RPCError {
    static let paymentMissing = RPCError.notFound("there is no payment of this id")
}
