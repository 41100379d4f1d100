internal import SagaCore

extension SagaFlow {
    /// Gives back what was taken, or a part of it.
    static func refundPayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "refund_payment", version: 1,
            [
                .reserveRefund, .lockQuoteOfRefund, .openRefund, .holdRefund.alongside,
                .submitRefund, .postRefund, .applyRefund.alongside, .consumeQuote.alongside,
                .completeRefund,
            ])
    }
}
