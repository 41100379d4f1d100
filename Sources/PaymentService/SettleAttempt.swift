internal import AcquirerConnector
internal import AcquirerCore
internal import Messages
internal import RPC
internal import ServiceKit

extension Payments {
    /// Settles an operation at the acquirer by what operators know of it.
    func settleAttempt(
        _ request: PaymentV1.SettleAttemptRequest, context: CallContext
    ) async throws -> PaymentV1.SettleAttemptResponse {
        let isChecked = try await self.connector.settle(
            request.reference, by: try AcquirerEvidence(request.outcome, code: request.code),
            in: self.operations, context: context)
        return PaymentV1.SettleAttemptResponse(checkedByQuery: isChecked)
    }
}
