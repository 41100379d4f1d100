internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func getPayment(
        _ request: PaymentV1.GetPaymentRequest, context: CallContext
    ) async throws -> PaymentV1.GetPaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let found = try await self.reads.submit(id)
        return PaymentV1.GetPaymentResponse(
            payment: found.stored.payment.wire, events: found.events)
    }
}
