internal import AcquirerCore
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    func capture(
        _ request: AcquirerV1.CaptureRequest, context: CallContext
    ) async throws -> AcquirerV1.CaptureResponse {
        let authorization = try Self.reference(
            request.authorizationReference, field: "authorization_reference")
        let amount = try Money(request.amount, field: "amount")
        return AcquirerV1.CaptureResponse(
            effect: try await self.perform(
                .capture(amount, of: authorization), reference: request.reference,
                notAfterUs: request.notAfterUs, context: context))
    }
}
