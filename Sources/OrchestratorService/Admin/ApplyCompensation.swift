internal import Messages
internal import RPC
internal import SagaCore

extension SagaAdmin {
    /// Turns a saga round, if it still stands as the plan found it.
    func applyCompensation(
        _ request: SagaV1.ApplyCompensationRequest, context: CallContext
    ) async throws -> SagaV1.ApplyCompensationResponse {
        let reason = try Validation.orderReason(request.reason)
        let order = try self.order(
            .compensate, .compensationOrdered(reason: reason), to: request.sagaID,
            because: reason, context: context)
        let record = try await self.carryOut(order) { [planHash = request.planHash] locked in
            guard locked.planHash == planHash else {
                throw RPCError.failedPrecondition(
                    .planOutdated, "The saga has moved on since the plan was made.")
            }
        }
        return SagaV1.ApplyCompensationResponse(saga: try SagaV1.Saga(record))
    }
}
