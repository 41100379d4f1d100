internal import Identifiers
internal import Messages
internal import RPC

extension SandboxAcquirer {
    func getOperation(
        _ request: AcquirerV1.GetOperationRequest, context: CallContext
    ) async throws -> AcquirerV1.GetOperationResponse {
        let reference = try Self.reference(request.reference, field: "reference")
        guard let effect = try await self.store.effect(reference) else {
            throw RPCError.notFound("nothing was done under this reference")
        }
        return AcquirerV1.GetOperationResponse(effect: effect.wire(at: self.clock.now()))
    }
}
