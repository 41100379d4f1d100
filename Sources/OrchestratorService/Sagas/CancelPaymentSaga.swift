internal import Messages
internal import SagaCore

extension SagaFlow {
    /// Releases what an earlier saga set aside, if it did, and ends the payment.
    static func cancelPayment() throws(SagaDefinitionError) -> SagaFlow {
        try SagaFlow(
            kind: "cancel_payment", version: 1,
            [.begin(.cancel), .void, .voidHold, .releaseQuote.alongside, .cancel])
    }
}
