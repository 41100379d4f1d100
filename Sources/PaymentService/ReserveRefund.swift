internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func reserveRefund(
        _ request: PaymentV1.ReserveRefundRequest, context: CallContext
    ) async throws -> PaymentV1.ReserveRefundResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let refund = try RefundID(request.refundID, field: "refund_id")
        guard request.amount >= 0 else {
            throw RPCError.invalidArgument(field: "amount", "must be at least 1, or 0 for all")
        }
        let amount = request.amount == 0 ? nil : request.amount
        return try await self.store.database.perform(
            operation, empty: PaymentV1.ReserveRefundResponse()
        ) { transaction in
            var stored = try await self.store.lock(id, in: transaction)
            let reservation = try refusing { () throws(PaymentError) in
                try stored.payment.reserveRefund(amount, refund: refund, saga: operation.sagaID)
            }
            guard let charge = stored.payment.charge, let settlement = charge.settlement else {
                throw RPCError(.chargeNotCaptured)
            }
            guard
                try await self.store.insert(
                    reservation, of: stored.payment, charge: charge.id, in: transaction)
            else {
                throw RPCError.invalidArgument(
                    field: "refund_id", "must not be another refund's of an earlier saga")
            }
            try self.store.save(stored, events: [], in: transaction)
            return PaymentV1.ReserveRefundResponse(
                chargeID: charge.id.description, merchantID: stored.payment.merchantID,
                amount: Money(reservation.amount, charge.amount.currency).wire,
                settlementShare: Money(reservation.share, settlement.gross.currency).wire,
                captureReference: charge.captureReference ?? "",
                paymentMethod: stored.payment.details.paymentMethod)
        }
    }
}
