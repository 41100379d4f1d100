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
        return try await self.operations.perform(
            operation, empty: PaymentV1.ReserveRefundResponse(),
            needs: .init(payment: id, reservation: refund)
        ) { books in
            var set: RefundReservation?
            let payment = try books.change(id) { payment throws(PaymentError) in
                set = try payment.reserveRefund(amount, refund: refund, saga: operation.sagaID)
                return []
            }
            guard let reservation = set, let charge = payment.charge,
                let settlement = charge.settlement
            else { throw RPCError(.chargeNotCaptured) }
            guard books.reserve(reservation, of: id, charge: charge.id) else {
                throw RPCError.invalidArgument(
                    field: "refund_id", "must not be another refund's of an earlier saga")
            }
            return PaymentV1.ReserveRefundResponse(
                chargeID: charge.id.description, merchantID: payment.merchantID,
                amount: Money(reservation.amount, charge.amount.currency).wire,
                settlementShare: Money(reservation.share, settlement.gross.currency).wire,
                captureReference: charge.captureReference ?? "",
                paymentMethod: payment.details.paymentMethod)
        }
    }
}
