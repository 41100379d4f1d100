internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func complete(
        _ request: PaymentV1.CompleteRequest, context: CallContext
    ) async throws -> PaymentV1.CompleteResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let completion = try Payment.Completion(request, window: self.captureWindow)
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: PaymentV1.CompleteResponse(), needs: .init(payment: id)
        ) { books in
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.complete(completion, saga: operation.sagaID, at: now)
            }
            return PaymentV1.CompleteResponse(payment: payment.wire)
        }
    }
}

extension Payment.Completion {
    fileprivate init(
        _ request: PaymentV1.CompleteRequest, window: Duration
    ) throws(RPCError) {
        switch request.result {
        case .captured:
            guard let settlement = request.settlement else {
                throw .invalidArgument(field: "settlement", "must be given with CAPTURED")
            }
            self = .captured(request.amountCaptured, try Settlement(settlement))
        case .held:
            guard let terms = request.terms else {
                throw .invalidArgument(field: "terms", "must be given with HELD")
            }
            self = .held(try HoldTerms(terms), window: window)
        case .canceled:
            self = .canceled(try CancellationReason.optional(request.cancellationReason))
        default: throw .invalidArgument(field: "result", "must be CAPTURED, HELD or CANCELED")
        }
    }
}

extension CancellationReason {
    fileprivate static func optional(_ text: String) throws(RPCError) -> CancellationReason? {
        guard !text.isEmpty else { return nil }
        guard let reason = CancellationReason(rawValue: text) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidArgument(field: "cancellation_reason", "must be empty or one of \(known)")
        }
        return reason
    }
}
