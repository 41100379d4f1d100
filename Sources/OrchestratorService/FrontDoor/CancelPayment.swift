internal import Messages
internal import RPC

extension FrontDoor {
    private static let reasons = [
        "requested_by_customer", "duplicate", "fraudulent", "abandoned", "expired",
    ]

    /// Releases what was set aside and ends the payment.
    func cancelPayment(
        _ request: SagaV1.CancelPaymentRequest, context: CallContext
    ) async throws -> SagaV1.CancelPaymentResponse {
        try await cancel(request, patience: context.patience)
    }

    /// The same for the expiry of payments.
    ///
    /// - Throws: ``RPCError``
    func cancel(
        _ request: SagaV1.CancelPaymentRequest, patience: Duration
    ) async throws -> SagaV1.CancelPaymentResponse {
        try Validation.idempotencyKey(request.idempotencyKey)
        let paymentID = try Validation.paymentID(request.paymentID)
        try Validation.reason(request.reason, among: Self.reasons)
        var content = request
        content.idempotencyKey = ""
        let order = Order(
            flow: flows.cancelPayment,
            input: SagaV1.SagaInput(paymentID: request.paymentID, reason: request.reason),
            idempotencyKey: request.idempotencyKey,
            requestHash: requestHash("CancelPayment", content), paymentID: paymentID)
        let record = try await place(order, patience: patience)
        return SagaV1.CancelPaymentResponse(
            saga: try SagaV1.Saga(record),
            payment: try await self.payment(request.paymentID, in: record))
    }
}
