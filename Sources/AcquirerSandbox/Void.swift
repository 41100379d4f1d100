internal import AcquirerCore
internal import Messages
internal import RPC

extension SandboxAcquirer {
    func void(
        _ request: AcquirerV1.VoidRequest, context: CallContext
    ) async throws -> AcquirerV1.VoidResponse {
        let authorization = try Self.reference(
            request.authorizationReference, field: "authorization_reference")
        return AcquirerV1.VoidResponse(
            effect: try await self.perform(
                .void(authorization), reference: request.reference,
                notAfterUs: request.notAfterUs, context: context))
    }
}
