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
        return try await self.operations.perform(
            operation, empty: PaymentV1.ApplyRefundResponse(),
            needs: .init(payment: id, reservation: refund)
        ) { books in
            var reservation = try books.reservation(refund, of: id, saga: operation.sagaID)
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.apply(&reservation, at: now)
            }
            books.save(reservation)
            return PaymentV1.ApplyRefundResponse(payment: payment.wire)
        }
    }
}

extension PaymentBooks {

    /// - Throws: `NOT_FOUND` when the saga set nothing aside for the refund.
    func reservation(
        _ refund: RefundID, of payment: PaymentID, saga: SagaID
    ) throws(RPCError) -> RefundReservation {
        guard let reservation = self.reservation(refund, of: payment), reservation.sagaID == saga
        else {
            throw .notFound("refund_id: this saga set nothing of the payment aside for it")
        }
        return reservation
    }
}
