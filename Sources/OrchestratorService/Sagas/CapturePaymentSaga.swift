internal import Messages
internal import SagaCore

extension SagaFlow {
    /// Takes what an earlier saga set aside, or a part of it; the rest is released.
    static func capturePayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "capture_payment", version: 1,
            [.begin(.capture), .capture, .postPayment, .consumeQuote.alongside])
    }
}
