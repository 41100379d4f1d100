internal import Messages
internal import SagaCore

extension SagaFlow {
    /// Takes the money of a payment: everything up to the capture can be undone.
    static func processPayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "process_payment", version: 1,
            [
                .begin(.process), .lockQuoteOfPayment, .holdPayment, .authorize, .capture,
                .postPayment, .consumeQuote, .completeCaptured,
            ])
    }

    /// Sets the money of a payment aside until it is captured or canceled.
    static func processPaymentManually() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "process_payment", variant: "manual", version: 1,
            [
                .begin(.process), .lockQuoteOfPayment, .holdPayment, .authorizeForGood,
                .completeHeld,
            ])
    }
}
