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
            operation, reference: reference, database: self.store.database,
            context: context,
            record: { transaction in
                let payment = try await self.store.lock(id, in: transaction).payment
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
            conclude: { verdict, transaction in
                var response = PaymentV1.AuthorizeResponse(acquirerReference: reference)
                (response.outcome, response.failure) = verdict.wire
                if case .requiresAction = verdict {
                    // The sandbox knows one thing that a customer can be asked for.
                    response.nextAction = "authenticate"
                }
                if verdict == .approved {
                    _ = try await self.change(id, in: transaction) {
                        payment throws(PaymentError) in
                        try payment.authorized(reference, saga: operation.sagaID)
                        return []
                    }
                }
                return response
            })
    }
}
