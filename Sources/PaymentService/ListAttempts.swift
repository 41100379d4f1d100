internal import AcquirerConnector
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension Payments {
    /// What was asked of the acquirer for it, oldest first.
    func listAttempts(
        _ request: PaymentV1.ListAttemptsRequest, context: CallContext
    ) async throws -> PaymentV1.ListAttemptsResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        return PaymentV1.ListAttemptsResponse(
            attempts: try await CommonV1.AcquirerAttempt.all(
                of: id.uuid, in: self.operations.database))
    }
}
