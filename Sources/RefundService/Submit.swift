internal import AcquirerConnector
internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import RPC
internal import RefundCore
internal import ServiceKit

extension Refunds {
    func submit(
        _ request: RefundV1.SubmitRequest, context: CallContext
    ) async throws -> RefundV1.SubmitResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try RefundID(request.refundID, field: "refund_id")
        let capture = request.captureReference
        guard (1...255).contains(capture.unicodeScalars.count),
            !capture.unicodeScalars.contains("\0")
        else {
            throw RPCError.invalidArgument(
                field: "capture_reference", "must be the key of the capture at the acquirer")
        }
        // Under the payment's id, so that all that was asked for a payment is found by it.
        guard let stored = try await self.store.refund(id) else { throw RPCError.refundMissing }
        let reference = AcquirerReference.action(
            operation, on: stored.request.paymentID.description)
        return try await self.connector.perform(
            operation, reference: reference, store: self.operations,
            needs: .init(refund: id, references: [reference]), context: context,
            record: { books in
                let refund = try books.refund(id)
                do throws(RefundError) {
                    try refund.submitting(saga: operation.sagaID)
                } catch {
                    throw RPCError(error)
                }
                return (id.uuid, .refund(refund.request.amount, of: capture))
            },
            undecided: { progress in
                RefundV1.SubmitResponse(
                    outcome: progress == .pending ? .pending : .inDoubt,
                    acquirerReference: reference)
            },
            conclude: { verdict, _ in
                RefundV1.SubmitResponse(
                    outcome: verdict == .approved ? .accepted : .refused,
                    failureReason: verdict.failureReason, acquirerReference: reference)
            })
    }
}

extension AcquirerAttempt.Verdict {
    /// Empty when it was approved.
    fileprivate var failureReason: String {
        switch self {
        case .approved: ""
        case .declined(let refusal), .requiresAction(let refusal): refusal.code
        case .absent: Refusal.unreachable.code
        }
    }
}
