internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func hold(
        _ request: PaymentV1.HoldRequest, context: CallContext
    ) async throws -> PaymentV1.HoldResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        guard let terms = try request.terms.map({ try HoldTerms($0) }) else {
            throw RPCError.invalidArgument(field: "terms", "must be given")
        }
        let (now, window) = (self.clock.now(), self.captureWindow)
        return try await self.operations.perform(
            operation, empty: PaymentV1.HoldResponse(), needs: .init(payment: id)
        ) { books in
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.complete(
                    .held(terms, window: window), saga: operation.sagaID, at: now)
            }
            return PaymentV1.HoldResponse(payment: payment.wire)
        }
    }
}
