internal import AcquirerConnector
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension Refunds {
    /// What was asked of the acquirer for it, oldest first.
    func listAttempts(
        _ request: RefundV1.ListAttemptsRequest, context: CallContext
    ) async throws -> RefundV1.ListAttemptsResponse {
        let id = try RefundID(request.refundID, field: "refund_id")
        return RefundV1.ListAttemptsResponse(
            attempts: try await CommonV1.AcquirerAttempt.all(
                of: id.uuid, in: self.operations.database))
    }
}
