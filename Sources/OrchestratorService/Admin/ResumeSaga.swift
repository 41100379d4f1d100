internal import Messages
internal import RPC
internal import SagaCore

extension SagaAdmin {
    func resumeSaga(
        _ request: SagaV1.ResumeSagaRequest, context: CallContext
    ) async throws -> SagaV1.ResumeSagaResponse {
        let order = try self.order(
            .resume, .resumed, to: request.sagaID, because: request.reason, context: context)
        let record = try await self.carryOut(order)
        return SagaV1.ResumeSagaResponse(saga: try SagaV1.Saga(record))
    }
}
