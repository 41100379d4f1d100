internal import Identifiers

/// What the orchestrator stores with a saga at its start, besides the saga.
struct SagaStart: Hashable, Sendable {
    /// Whoever repeats a call with the key joins its saga.
    let idempotencyKey: String
    /// Of the call's method and content, without the key.
    let requestHash: [UInt8]
    let paymentID: PaymentID
    let refundID: RefundID?
}
