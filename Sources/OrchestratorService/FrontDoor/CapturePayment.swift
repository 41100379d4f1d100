internal import Messages
internal import RPC

extension FrontDoor {
    /// Takes what was set aside, or a part of it; the rest is released.
    func capturePayment(
        _ request: SagaV1.CapturePaymentRequest, context: CallContext
    ) async throws -> SagaV1.CapturePaymentResponse {
        try Validation.idempotencyKey(request.idempotencyKey)
        let paymentID = try Validation.paymentID(request.paymentID)
        try Validation.amount(request.amount)
        let patience = context.patience
        try await checkCurrency(
            of: request.amount, payment: request.paymentID, context.options())
        var content = request
        content.idempotencyKey = ""
        let order = Order(
            flow: flows.capturePayment,
            input: SagaV1.SagaInput(paymentID: request.paymentID, amount: request.amount),
            idempotencyKey: request.idempotencyKey,
            requestHash: requestHash("CapturePayment", content), paymentID: paymentID)
        let record = try await place(order, patience: patience)
        return SagaV1.CapturePaymentResponse(
            saga: try SagaV1.Saga(record),
            payment: try await self.payment(request.paymentID, in: record))
    }
}
