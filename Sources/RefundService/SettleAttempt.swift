internal import AcquirerConnector
internal import AcquirerCore
internal import Messages
internal import RPC
internal import ServiceKit

extension Refunds {
    /// Settles an operation at the acquirer by what operators know of it.
    func settleAttempt(
        _ request: RefundV1.SettleAttemptRequest, context: CallContext
    ) async throws -> RefundV1.SettleAttemptResponse {
        let isChecked = try await self.connector.settle(
            request.reference, by: try AcquirerEvidence(request.outcome, code: request.code),
            in: self.operations, context: context)
        return RefundV1.SettleAttemptResponse(checkedByQuery: isChecked)
    }
}
