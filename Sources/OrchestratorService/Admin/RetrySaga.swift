internal import Messages
internal import RPC
internal import SagaCore

extension SagaAdmin {
    func retrySaga(
        _ request: SagaV1.RetrySagaRequest, context: CallContext
    ) async throws -> SagaV1.RetrySagaResponse {
        let order = try self.order(
            .retry, .retriedNow, to: request.sagaID, because: request.reason, context: context)
        let record = try await self.carryOut(order)
        return SagaV1.RetrySagaResponse(saga: try SagaV1.Saga(record))
    }
}
