internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func cancel(
        _ request: PaymentV1.CancelRequest, context: CallContext
    ) async throws -> PaymentV1.CancelResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let reason = try CancellationReason.optional(request.reason)
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: PaymentV1.CancelResponse(), needs: .init(payment: id)
        ) { books in
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.complete(.canceled(reason), saga: operation.sagaID, at: now)
            }
            return PaymentV1.CancelResponse(payment: payment.wire)
        }
    }
}

extension CancellationReason {
    fileprivate static func optional(_ text: String) throws(RPCError) -> CancellationReason? {
        guard !text.isEmpty else { return nil }
        guard let reason = CancellationReason(rawValue: text) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidArgument(field: "reason", "must be empty or one of \(known)")
        }
        return reason
    }
}
