internal import Messages
internal import Postgres
internal import RPC
internal import SagaCore
internal import SagaEngine

extension SagaAdmin {
    /// Tells what would remain, and stores the wish for another operator to approve.
    func stopSaga(
        _ request: SagaV1.StopSagaRequest, context: CallContext
    ) async throws -> SagaV1.StopSagaResponse {
        let id = try Validation.sagaID(request.sagaID)
        let wish = OperatorWish(
            subject: .stop(id), reason: try Validation.orderReason(request.reason))
        return try await database.withTransaction { transaction in
            let record = try await LockedSaga.find(id, self.flows, in: transaction).record
            guard !record.saga.status.isFinal else {
                throw RPCError.unexpectedState(of: record, for: .stop)
            }
            let stored = try await self.store(wish, of: context.operator.text, in: transaction)
            return SagaV1.StopSagaResponse(request: stored, effects: record.effectsIfStopped)
        }
    }
}
