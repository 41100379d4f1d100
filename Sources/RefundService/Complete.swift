internal import Identifiers
internal import Messages
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func complete(
        _ request: RefundV1.CompleteRequest, context: CallContext
    ) async throws -> RefundV1.CompleteResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try RefundID(request.refundID, field: "refund_id")
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: RefundV1.CompleteResponse(), needs: .init(refund: id)
        ) { books in
            let refund = try books.change(id) { refund throws(RefundError) in
                try refund.complete(saga: operation.sagaID, at: now)
            }
            return RefundV1.CompleteResponse(refund: refund.wire)
        }
    }
}
