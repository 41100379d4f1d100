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
        let patience = context.patience
        // How a payment is captured never changes, so it can be asked before the saga begins.
        let payment = try await participants.payment.getPayment(
            PaymentV1.GetPaymentRequest(paymentID: request.paymentID), options: context.options()
        ).payment
        var content = request
        content.idempotencyKey = ""
        let isManual = payment?.captureMethod == .manual
        let order = Order(
            flow: isManual ? flows.processPaymentManually : flows.processPayment,
            input: SagaV1.SagaInput(
                paymentID: request.paymentID, merchantID: payment?.merchantID ?? "",
                feeBasisPoints: settings.feeBasisPoints),
            idempotencyKey: request.idempotencyKey,
            requestHash: requestHash("ProcessPayment", content), paymentID: paymentID)
        let record = try await place(order, patience: patience)
        return SagaV1.ProcessPaymentResponse(
            saga: try SagaV1.Saga(record),
            payment: try await self.payment(request.paymentID, in: record))
    }
}
