internal import GatewayCore
internal import Identifiers
internal import Logging
internal import RPC
internal import Stubs

/// Answers the HTTP API's requests by asking the services. One file for each resource.
struct API: Sendable {
    let store: GatewayStore
    let idempotency: IdempotencyStore
    let payments: PaymentServiceClient
    let refunds: RefundServiceClient
    let orchestrator: OrchestratorServiceClient
    let fx: FXServiceClient
    let ledger: LedgerServiceClient
    let clock: any WallClock
    let patience: Patience
    let webhooks: WebhookClient.Limits

    /// How long answers are waited for.
    struct Patience: Hashable, Sendable {
        /// Of anything.
        var answer: Duration
        /// Of a refund, which is pending after that.
        var refund: Duration
    }

    var options: CallOptions { CallOptions(timeout: self.patience.answer) }
}
