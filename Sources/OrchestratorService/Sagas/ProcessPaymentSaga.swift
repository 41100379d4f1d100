internal import Messages
internal import SagaCore

extension SagaFlow {
    /// Takes the money of a payment, or with manual capture leaves it set aside: everything up to
    /// that can be undone.
    static func processPayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "process_payment", version: 2,
            [
                .begin(.process), .lockQuoteOfPayment, .holdPayment, .authorizeToHold,
                .purchaseOrHold, .postPayment, .consumeQuote.alongside,
            ])
    }

    /// As it was before purchases: the money was set aside at the acquirer in any case, and then
    /// captured. No saga begins with it any more.
    static func processPaymentByAuthorization() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "process_payment", version: 1,
            [
                .begin(.process), .lockQuoteOfPayment, .holdPayment, .authorize, .captureOrHold,
                .postPayment, .consumeQuote.alongside,
            ])
    }
}
