internal import AcquirerCore
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    func authorize(
        _ request: AcquirerV1.AuthorizeRequest, context: CallContext
    ) async throws -> AcquirerV1.AuthorizeResponse {
        let amount = try Money(request.amount, field: "amount")
        return AcquirerV1.AuthorizeResponse(
            effect: try await self.perform(
                .authorize(amount, paymentMethod: request.paymentMethod),
                reference: request.reference, notAfterUs: request.notAfterUs, context: context))
    }
}
