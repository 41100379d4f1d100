internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func beginAttempt(
        _ request: PaymentV1.BeginAttemptRequest, context: CallContext
    ) async throws -> PaymentV1.BeginAttemptResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let intent = try Payment.Intent(request)
        let chargeID = self.identifiers.next(ChargeKind.self)
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: PaymentV1.BeginAttemptResponse(), needs: .init(payment: id)
        ) { books in
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.begin(intent, saga: operation.sagaID, chargeID: chargeID, at: now)
            }
            return PaymentV1.BeginAttemptResponse(payment)
        }
    }
}

extension Payment.Intent {
    fileprivate init(_ request: PaymentV1.BeginAttemptRequest) throws(RPCError) {
        guard request.captureAmount == 0 || request.intent == .capture else {
            throw .invalidArgument(
                field: "capture_amount", "must be 0 unless the intent is CAPTURE")
        }
        switch request.intent {
        case .process: self = .process
        case .capture: self = .capture(request.captureAmount == 0 ? nil : request.captureAmount)
        case .cancel: self = .cancel
        default: throw .invalidArgument(field: "intent", "must be PROCESS, CAPTURE or CANCEL")
        }
    }
}

extension PaymentV1.BeginAttemptResponse {
    fileprivate init(_ payment: Payment) {
        self.init(payment: payment.wire, chargeID: payment.charge?.id.description ?? "")
        switch payment.activity?.work {
        case .capture(let amount):
            self.captureAmount = amount
            self.terms = payment.charge?.hold?.wire
        case .cancel:
            // Terms without money behind them would be voided for nothing.
            self.terms = payment.status == .requiresCapture ? payment.charge?.hold?.wire : nil
        case .process, nil: break
        }
    }
}
