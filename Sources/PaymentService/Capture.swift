internal import AcquirerConnector
internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func capture(
        _ request: PaymentV1.CaptureRequest, context: CallContext
    ) async throws -> PaymentV1.CaptureResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        guard let settlement = try request.settlement.map({ try Settlement($0) }) else {
            throw RPCError.invalidArgument(field: "settlement", "must be given")
        }
        let reference = AcquirerReference.action(operation, on: id.description)
        return try await self.connector.perform(
            operation, reference: reference, store: self.operations,
            needs: .init(payment: id, references: [reference]), context: context,
            record: { books in
                let payment = try books.payment(id)
                let authorization = try refusing { () throws(PaymentError) in
                    try payment.capturing(request.amount, saga: operation.sagaID)
                }
                return (
                    id.uuid,
                    .capture(Money(request.amount, payment.amount.currency), of: authorization)
                )
            },
            undecided: { _ in
                PaymentV1.CaptureResponse(outcome: .inDoubt, acquirerReference: reference)
            },
            conclude: { [now = self.clock.now] verdict, books in
                var response = PaymentV1.CaptureResponse(acquirerReference: reference)
                (response.outcome, response.failure) = verdict.wire
                if verdict == .approved {
                    response.payment = try books.change(id) { payment throws(PaymentError) in
                        try payment.complete(
                            .captured(request.amount, settlement, reference: reference),
                            saga: operation.sagaID, at: now())
                    }.wire
                }
                return response
            })
    }
}
