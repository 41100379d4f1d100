internal import Metrics
internal import RPC
internal import ReconciliationReading
internal import ServiceKit
internal import Stubs

/// The services that sagas call.
struct Participants: Sendable {
    let payment: PaymentServiceClient
    let refund: RefundServiceClient
    let fx: FXServiceClient
    let ledger: LedgerServiceClient
    let accounts: AccountDirectory

    init(
        payment: any Channel, refund: any Channel, fx: any Channel, ledger: any Channel,
        metrics: any MetricsFactory
    ) {
        self.payment = PaymentServiceClient(payment)
        self.refund = RefundServiceClient(refund)
        self.fx = FXServiceClient(fx)
        self.ledger = LedgerServiceClient(ledger)
        self.accounts = AccountDirectory(
            ledger: self.ledger, counters: CacheCounters(cache: "accounts", metrics))
    }

    /// Reads whole payments, each call within the timeout.
    func reader(timeout: Duration) -> PaymentReader {
        PaymentReader(payments: payment, refunds: refund, ledger: ledger, timeout: timeout)
    }
}
