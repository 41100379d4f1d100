internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres

extension PaymentStore {
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
