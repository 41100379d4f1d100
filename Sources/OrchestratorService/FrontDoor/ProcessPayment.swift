internal import Messages
internal import RPC
internal import Stubs

extension FrontDoor {
    /// Takes the money of a payment, or sets it aside when its capture is manual.
    func processPayment(
        _ request: SagaV1.ProcessPaymentRequest, context: CallContext
    ) async throws -> SagaV1.ProcessPaymentResponse {
        try Validation.idempotencyKey(request.idempotencyKey)
        let paymentID = try Validation.paymentID(request.paymentID)
        var content = request
        content.idempotencyKey = ""
        let order = Order(
            flow: flows.processPayment,
            input: SagaV1.SagaInput(
                paymentID: request.paymentID, feeBasisPoints: settings.feeBasisPoints),
            idempotencyKey: request.idempotencyKey,
            requestHash: requestHash("ProcessPayment", content), paymentID: paymentID)
        let record = try await place(order, patience: context.patience)
        return SagaV1.ProcessPaymentResponse(
            saga: try SagaV1.Saga(record),
            payment: try await self.payment(request.paymentID, in: record))
    }
}
