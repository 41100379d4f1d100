internal import Messages
internal import SagaCore

extension SagaFlow {
    /// Takes the money of a payment, or with manual capture leaves it set aside: everything up to
    /// that can be undone.
    static func processPayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "process_payment", version: 1,
            [
                .begin(.process), .lockQuoteOfPayment, .holdPayment, .authorize, .captureOrHold,
                .postPayment, .consumeQuote.alongside,
            ])
    }
}
