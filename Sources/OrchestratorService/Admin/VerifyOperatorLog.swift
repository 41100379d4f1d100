internal import Messages
internal import RPC

extension SagaAdmin {
    func verifyOperatorLog(
        _ request: SagaV1.VerifyOperatorLogRequest, context: CallContext
    ) async throws -> SagaV1.VerifyOperatorLogResponse {
        try await log.verify()
    }
}
