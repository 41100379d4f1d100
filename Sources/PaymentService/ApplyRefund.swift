internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

extension Payments {
    func applyRefund(
        _ request: PaymentV1.ApplyRefundRequest, context: CallContext
    ) async throws -> PaymentV1.ApplyRefundResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let refund = try RefundID(request.refundID, field: "refund_id")
        let now = self.clock.now()
        return try await self.store.database.perform(
            operation, empty: PaymentV1.ApplyRefundResponse()
        ) { transaction in
            var stored = try await self.store.lock(id, in: transaction)
            var reservation = try await self.reservation(
                refund, of: id, saga: operation.sagaID, in: transaction)
            let events = try refusing { () throws(PaymentError) in
                try stored.payment.apply(&reservation, at: now)
            }
            try self.store.save(reservation, in: transaction)
            try self.store.save(stored, events: events, in: transaction)
            return PaymentV1.ApplyRefundResponse(payment: stored.payment.wire)
        }
    }

    /// - Throws: `NOT_FOUND` when the saga set nothing aside for the refund.
    func reservation(
        _ refund: RefundID, of payment: PaymentID, saga: SagaID,
        in transaction: PostgresTransaction
    ) async throws -> RefundReservation {
        guard
            let reservation = try await self.store.reservation(
                refund, of: payment, in: transaction), reservation.sagaID == saga
        else {
            throw RPCError.notFound("refund_id: this saga set nothing of the payment aside for it")
        }
        return reservation
    }
}
