internal import Identifiers
internal import Messages
internal import RPC
internal import SagaEngine
internal import Stubs
internal import Wire

extension FrontDoor {
    private static let reasons = ["duplicate", "fraudulent", "requested_by_customer"]

    /// Gives back what was taken, or a part of it.
    func refundPayment(
        _ request: SagaV1.RefundPaymentRequest, context: CallContext
    ) async throws -> SagaV1.RefundPaymentResponse {
        try Validation.idempotencyKey(request.idempotencyKey)
        let paymentID = try Validation.paymentID(request.paymentID)
        try Validation.amount(request.amount)
        try Validation.reason(request.reason, among: Self.reasons)
        try Validation.metadata(request.metadata)
        guard SagaV1.RefundRate.allCases.contains(request.rate) else {
            throw RPCError.invalidArgument(field: "rate", "must be ORIGINAL or CURRENT")
        }
        let patience = context.patience
        try await checkCurrency(
            of: request.amount, payment: request.paymentID, context.options())
        let refundID = identifiers.next(RefundKind.self)
        var content = request
        content.idempotencyKey = ""
        let order = Order(
            flow: flows.refundPayment,
            input: SagaV1.SagaInput(
                paymentID: request.paymentID, refundID: refundID.description,
                amount: request.amount, reason: request.reason, rate: request.rate,
                metadata: request.metadata),
            idempotencyKey: request.idempotencyKey,
            requestHash: requestHash("RefundPayment", content), paymentID: paymentID,
            refundID: refundID)
        let record = try await place(order, patience: patience)
        return SagaV1.RefundPaymentResponse(
            saga: try SagaV1.Saga(record), refund: try await refund(in: record))
    }

    /// The refund as it stands; `nil` if the saga ended before it was opened.
    private func refund(in record: SagaRecord) async throws -> RefundV1.Refund? {
        if let completed = try record.lastAnswer(as: RefundV1.CompleteResponse.self) {
            return completed.refund
        }
        // The saga may have been joined: then its refund is another than this call's.
        let id = try SagaV1.SagaInput(decoding: record.input).refundID
        do {
            return try await participants.refund.getRefund(
                RefundV1.GetRefundRequest(refundID: id)
            ).refund
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
