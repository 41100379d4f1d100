internal import AcquirerConnector
internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import Money
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func purchase(
        _ request: PaymentV1.PurchaseRequest, context: CallContext
    ) async throws -> PaymentV1.PurchaseResponse {
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
                try refusing { () throws(PaymentError) in
                    try payment.purchasing(saga: operation.sagaID)
                }
                return (
                    id.uuid,
                    .purchase(payment.amount, paymentMethod: payment.details.paymentMethod)
                )
            },
            undecided: { _ in
                PaymentV1.PurchaseResponse(outcome: .inDoubt, acquirerReference: reference)
            },
            conclude: { [now = self.clock.now] verdict, books in
                var response = PaymentV1.PurchaseResponse(acquirerReference: reference)
                (response.outcome, response.failure) = verdict.wire
                response.nextAction = verdict.nextAction
                if verdict == .approved {
                    response.payment = try books.change(id) { payment throws(PaymentError) in
                        try payment.complete(
                            .captured(
                                payment.amount.minorUnits, settlement, reference: reference),
                            saga: operation.sagaID, at: now())
                    }.wire
                }
                return response
            })
    }
}
