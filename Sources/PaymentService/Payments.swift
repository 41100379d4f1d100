internal import AcquirerConnector
internal import Identifiers
internal import PaymentCore
internal import Postgres
internal import RPC
internal import ServiceKit
internal import Stubs

/// Answers the payment service's methods; each has a file of its own.
struct Payments: PaymentServiceHandler {
    let store: PaymentStore
    /// Where payments are changed.
    let operations: OperationStore<PaymentBooks>
    /// Where single payments are read.
    let reads: GroupCommit<PaymentID, PaymentWithEvents>
    let connector: AcquirerConnector
    let clock: any WallClock
    let identifiers: any IdentifierSource
    let limits: PaymentLimits
    let captureWindow: Duration
}
