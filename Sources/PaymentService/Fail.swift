internal import FieldRules
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func fail(
        _ request: PaymentV1.FailRequest, context: CallContext
    ) async throws -> PaymentV1.FailResponse {
        let operation = try Operation(of: request, as: .compensation)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let failure = try Failure(request.failure)
        let nextAction = try checking { () throws(FieldError) in
            try checkedText(request.nextAction, field: "next_action", length: 0...1000)
        }
        let now = self.clock.now()
        return try await self.operations.perform(
            operation, empty: PaymentV1.FailResponse(), needs: .init(payment: id)
        ) { books in
            let payment = try books.change(id) { payment throws(PaymentError) in
                try payment.fail(
                    failure, nextAction: nextAction, saga: operation.sagaID, at: now)
            }
            return PaymentV1.FailResponse(payment: payment.wire)
        }
    }
}

extension Failure {
    fileprivate init(_ wire: PaymentV1.PaymentFailure?) throws(RPCError) {
        guard let wire else { throw .invalidArgument(field: "failure", "must be given") }
        func text(
            _ text: String, _ field: String, _ length: ClosedRange<Int>
        ) throws(FieldError) -> String {
            try checkedText(text, field: "failure.\(field)", length: length)
        }
        do {
            self.init(
                code: try text(wire.code, "code", 1...255),
                declineCode: try text(wire.declineCode, "decline_code", 0...255),
                message: try text(wire.message, "message", 0...1000))
        } catch {
            throw .invalidArgument(field: error.field, error.problem)
        }
    }
}
