internal import Messages
internal import RPC
internal import SagaCore

extension SagaAdmin {
    func pauseSaga(
        _ request: SagaV1.PauseSagaRequest, context: CallContext
    ) async throws -> SagaV1.PauseSagaResponse {
        let order = try self.order(
            .pause, .paused, to: request.sagaID, because: request.reason, context: context)
        let record = try await self.carryOut(order)
        return SagaV1.PauseSagaResponse(
            saga: try SagaV1.Saga(record), effects: record.remainingEffects)
    }
}
