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
            request.reference, by: try request.evidence, in: self.operations, context: context)
        return RefundV1.SettleAttemptResponse(checkedByQuery: isChecked)
    }
}

extension RefundV1.SettleAttemptRequest {
    fileprivate var evidence: AcquirerEvidence {
        get throws(RPCError) {
            switch self.outcome {
            case .approved: .approved
            case .declined:
                .declined(
                    Refusal(
                        code: self.code.isEmpty ? "card_declined" : self.code,
                        message: "An operator found that it was declined."))
            case .absent: .absent
            default: throw .invalidArgument(field: "outcome", "must be given")
            }
        }
    }
}
