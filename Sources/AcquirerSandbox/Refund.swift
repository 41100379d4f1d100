internal import AcquirerCore
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension SandboxAcquirer {
    func refund(
        _ request: AcquirerV1.RefundRequest, context: CallContext
    ) async throws -> AcquirerV1.RefundResponse {
        let capture = try Self.reference(request.captureReference, field: "capture_reference")
        let amount = try Money(request.amount, field: "amount")
        return AcquirerV1.RefundResponse(
            effect: try await self.perform(
                .refund(amount, of: capture), reference: request.reference,
                notAfterUs: request.notAfterUs, context: context))
    }
}
