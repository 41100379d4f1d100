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
        return try await self.store.database.perform(
            operation, empty: PaymentV1.ReleaseRefundResponse()
        ) { transaction in
            var stored = try await self.store.lock(id, in: transaction)
            var reservation = try await self.reservation(
                refund, of: id, saga: operation.sagaID, in: transaction)
            try refusing { () throws(PaymentError) in
                try stored.payment.release(&reservation)
            }
            try self.store.save(reservation, in: transaction)
            try self.store.save(stored, events: [], in: transaction)
            return PaymentV1.ReleaseRefundResponse()
        }
    }
}
