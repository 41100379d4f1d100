internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres

extension PaymentStore {
    /// Adds events behind the last one. The payment's row must be locked, or new.
    func append(
        _ events: [PaymentEvent], to payment: Payment, after last: Int64,
        in transaction: PostgresTransaction
    ) throws {
        for (offset, event) in events.enumerated() {
            try transaction.enqueue(
                """
                INSERT INTO payment_event (payment_id, sequence, type, created_at)
                VALUES ($1, $2, $3, $4)
                """,
                [
                    .uuid(payment.id.uuid), .int64(last + 1 + Int64(offset)),
                    .text(event.rawValue), .timestamp(payment.updatedAt),
                ])
        }
    }

    /// Oldest first.
    func events(of id: PaymentID) async throws -> [PaymentV1.PaymentEvent] {
        try await self.database.query(
            """
            SELECT sequence, type, created_at FROM payment_event
            WHERE payment_id = $1 ORDER BY sequence
            """, [.uuid(id.uuid)]
        ).map { row in
            PaymentV1.PaymentEvent(
                sequence: try row.int64(0), type: try row.text(1),
                createdAtUs: try row.timestamp(2).microseconds)
        }
    }
}
