internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension Refunds {
    func getRefund(
        _ request: RefundV1.GetRefundRequest, context: CallContext
    ) async throws -> RefundV1.GetRefundResponse {
        let id = try RefundID(request.refundID, field: "refund_id")
        guard let refund = try await self.store.refund(id) else { throw RPCError.refundMissing }
        return RefundV1.GetRefundResponse(refund: refund.wire)
    }
}
