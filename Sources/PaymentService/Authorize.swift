internal import AcquirerConnector
internal import AcquirerCore
internal import Identifiers
internal import Messages
internal import PaymentCore
internal import RPC
internal import ServiceKit

extension Payments {
    func authorize(
        _ request: PaymentV1.AuthorizeRequest, context: CallContext
    ) async throws -> PaymentV1.AuthorizeResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let reference = AcquirerReference.action(operation, on: id.description)
        return try await self.connector.perform(
            operation, reference: reference, store: self.operations,
            needs: .init(payment: id, references: [reference]), context: context,
            record: { books in
                let payment = try books.payment(id)
                try refusing { () throws(PaymentError) in
                    try payment.authorizing(saga: operation.sagaID)
                }
                return (
                    id.uuid,
                    .authorize(payment.amount, paymentMethod: payment.details.paymentMethod)
                )
            },
            undecided: { _ in
                PaymentV1.AuthorizeResponse(outcome: .inDoubt, acquirerReference: reference)
            },
            conclude: { verdict, books in
                var response = PaymentV1.AuthorizeResponse(acquirerReference: reference)
                (response.outcome, response.failure) = verdict.wire
                response.nextAction = verdict.nextAction
                if verdict == .approved {
                    try books.change(id) { payment throws(PaymentError) in
                        try payment.authorized(reference, saga: operation.sagaID)
                        return []
                    }
                }
                return response
            })
    }
}
