internal import Identifiers
internal import PaymentCore
internal import Postgres

extension PaymentStore {
    /// - Returns: Whether the refund had none before.
    func insert(
        _ reservation: RefundReservation, of payment: Payment, charge: ChargeID,
        in transaction: PostgresTransaction
    ) async throws -> Bool {
        let inserted = try await transaction.query(
            """
            INSERT INTO refund_reservation
                (refund_id, payment_id, charge_id, saga_id, amount, share, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (refund_id) DO NOTHING RETURNING refund_id
            """,
            [
                .uuid(reservation.refundID.uuid), .uuid(payment.id.uuid), .uuid(charge.uuid),
                .uuid(reservation.sagaID.uuid), .int64(reservation.amount),
                .int64(reservation.share), .text(reservation.state.rawValue),
            ])
        return !inserted.isEmpty
    }

    /// The reservation of a refund of that payment. The payment's row must be locked.
    func reservation(
        _ refund: RefundID, of payment: PaymentID, in transaction: PostgresTransaction
    ) async throws -> RefundReservation? {
        try await transaction.query(
            """
            SELECT refund_id, saga_id, amount, share, state FROM refund_reservation
            WHERE refund_id = $1 AND payment_id = $2
            """, [.uuid(refund.uuid), .uuid(payment.uuid)]
        ).first.map { row in
            RefundReservation(
                refundID: RefundID(uuid: try row.uuid(0)), sagaID: SagaID(uuid: try row.uuid(1)),
                amount: try row.int64(2), share: try row.int64(3),
                state: try row.choice(4, RefundReservation.State.self))
        }
    }

    func save(
        _ reservation: RefundReservation, in transaction: PostgresTransaction
    ) throws {
        try transaction.enqueue(
            "UPDATE refund_reservation SET state = $2 WHERE refund_id = $1",
            [.uuid(reservation.refundID.uuid), .text(reservation.state.rawValue)])
    }
}
