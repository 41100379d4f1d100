internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func releaseRefund(
        _ request: PaymentV1.ReleaseRefundRequest, context: CallContext
    ) async throws -> PaymentV1.ReleaseRefundResponse {
        let operation = try Operation(of: request, as: .compensation)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let refund = try RefundID(request.refundID, field: "refund_id")
        return try await self.operations.perform(
            operation, empty: PaymentV1.ReleaseRefundResponse(),
            needs: .init(payment: id, reservation: refund)
        ) { books in
            var reservation = try books.reservation(refund, of: id, saga: operation.sagaID)
            try books.change(id) { payment throws(PaymentError) in
                try payment.release(&reservation)
                return []
            }
            books.save(reservation)
            return PaymentV1.ReleaseRefundResponse()
        }
    }
}
