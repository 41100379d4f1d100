internal import Messages
internal import RPC
internal import SagaEngine

extension FrontDoor {
    func getSaga(
        _ request: SagaV1.GetSagaRequest, context: CallContext
    ) async throws -> SagaV1.GetSagaResponse {
        let id = try Validation.sagaID(request.sagaID)
        do {
            guard let record = try await engine.load(id) else {
                throw RPCError.notFound("There is no saga \(id).")
            }
            return SagaV1.GetSagaResponse(saga: try SagaV1.Saga(record))
        } catch let error as SagaStoreError {
            throw RPCError(error)
        }
    }
}
