internal import AcquirerCore
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    func purchase(
        _ request: AcquirerV1.PurchaseRequest, context: CallContext
    ) async throws -> AcquirerV1.PurchaseResponse {
        let amount = try Money(request.amount, field: "amount")
        return AcquirerV1.PurchaseResponse(
            effect: try await self.perform(
                .purchase(amount, paymentMethod: request.paymentMethod),
                reference: request.reference, notAfterUs: request.notAfterUs, context: context))
    }
}
