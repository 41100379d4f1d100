internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit
internal import TLS
internal import Wire

extension Payments {
    func createPayment(
        _ request: PaymentV1.CreatePaymentRequest, context: CallContext
    ) async throws -> PaymentV1.CreatePaymentResponse {
        let key = try checking { () throws(FieldError) in
            try checkedIdempotencyKey(request.idempotencyKey)
        }
        let captureMethod = try Payment.CaptureMethod(request.captureMethod)
        let draft = try refusing { () throws(PaymentError) in
            try PaymentDraft(
                merchantID: request.merchantID, captureMethod: captureMethod,
                input: PaymentInput(
                    amount: request.amount.map(PaymentInput.Amount.init),
                    paymentMethod: request.paymentMethod,
                    settlementCurrency: request.settlementCurrency, quoteID: request.quoteID,
                    description: request.description, metadata: request.metadata.entries,
                    customerID: request.customerID, paymentMethodID: request.paymentMethodID),
                limits: self.limits)
        }
        let payment = Payment(
            id: self.identifiers.next(PaymentKind.self), draft: draft, at: self.clock.now())
        let hash = sha256(request.encoded())
        let paymentKey = PaymentKey(merchantID: payment.merchantID, key: key)
        return try await self.operations.change(needs: .init(key: paymentKey)) { books in
            guard let known = books.create(payment, key: paymentKey, requestHash: hash) else {
                return PaymentV1.CreatePaymentResponse(payment: payment.wire)
            }
            guard known.requestHash == hash else {
                throw RPCError.alreadyExists(
                    .idempotencyError,
                    "the idempotency key was used for a payment of other content",
                    metadata: ["payment_id": known.id.description])
            }
            return PaymentV1.CreatePaymentResponse(payment: try books.payment(known.id).wire)
        }
    }
}
