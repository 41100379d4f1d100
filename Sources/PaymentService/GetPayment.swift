internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension Payments {
    func getPayment(
        _ request: PaymentV1.GetPaymentRequest, context: CallContext
    ) async throws -> PaymentV1.GetPaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        guard let payment = try await self.store.payment(id) else { throw RPCError.paymentMissing }
        return PaymentV1.GetPaymentResponse(
            payment: payment.wire, events: try await self.store.events(of: id))
    }
}
