internal import FieldRules
internal import Identifiers
internal import Messages
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func updateRefund(
        _ request: RefundV1.UpdateRefundRequest, context: CallContext
    ) async throws -> RefundV1.UpdateRefundResponse {
        let id = try RefundID(request.refundID, field: "refund_id")
        let changes = request.metadataChanges.map {
            FieldRules.Metadata.Entry(key: $0.key, value: $0.value)
        }
        let now = self.clock.now()
        return try await self.operations.change(needs: .init(refund: id)) { books in
            let refund = try books.change(id, withMetadata: true) { refund throws(RefundError) in
                try refund.note(changes, isCleared: request.clearMetadata, at: now)
            }
            return RefundV1.UpdateRefundResponse(refund: refund.wire)
        }
    }
}
