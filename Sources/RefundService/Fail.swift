internal import FieldRules
internal import Identifiers
internal import Messages
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func fail(
        _ request: RefundV1.FailRequest, context: CallContext
    ) async throws -> RefundV1.FailResponse {
        let operation = try Operation(of: request, as: .compensation)
        let id = try RefundID(request.refundID, field: "refund_id")
        let reason: String
        do {
            reason = try checkedText(
                request.failureReason, field: "failure_reason", length: 0...255)
        } catch {
            throw RPCError.invalidArgument(field: error.field, error.problem)
        }
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: RefundV1.FailResponse(), needs: .init(refund: id)
        ) { books in
            let refund = try books.change(id) { refund throws(RefundError) in
                try refund.fail(reason, saga: operation.sagaID, at: now)
            }
            return RefundV1.FailResponse(refund: refund.wire)
        }
    }
}
