internal import Identifiers
internal import Messages
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit

extension Payments {
    func updatePayment(
        _ request: PaymentV1.UpdatePaymentRequest, context: CallContext
    ) async throws -> PaymentV1.UpdatePaymentResponse {
        let id = try PaymentID(request.paymentID, field: "payment_id")
        let change = try refusing { () throws(PaymentError) in
            try PaymentChange(
                fields: request.fields,
                input: PaymentInput(
                    amount: request.amount.map(PaymentInput.Amount.init),
                    paymentMethod: request.paymentMethod,
                    settlementCurrency: request.settlementCurrency, quoteID: request.quoteID,
                    description: request.description, metadata: request.metadata.entries,
                    metadataChanges: request.metadataChanges.entries,
                    customerID: request.customerID, paymentMethodID: request.paymentMethodID),
                limits: self.limits)
        }
        let now = self.clock.now()
        return try await self.operations.change(needs: .init(payment: id)) { books in
            let payment = try books.change(id, withDetails: true) { payment throws(PaymentError) in
                try payment.update(change, at: now)
            }
            return PaymentV1.UpdatePaymentResponse(payment: payment.wire)
        }
    }
}
