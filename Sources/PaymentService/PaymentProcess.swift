internal import AcquirerConnector
internal import Identifiers
internal import Money
internal import PaymentCore
package import ServiceKit
internal import Stubs
package import TLS

/// Payments, their charges, and what is asked of the acquirer for them.
///
/// Settings of its own:
/// - `capture-window` (168h): how long money that was set aside waits for its capture.
/// - `maximum-charge` (99999999): the largest payment, in minor units of any currency.
/// - `outbox` (true): whether changes are kept for the gateway to fetch.
/// - `acquirer-timeout`, `acquirer-window`, `acquirer-margin`: see `AcquirerConnector`.
package enum PaymentProcess: ServiceDefinition {
    package static let role = Role.payment
    package static let peers: [Role] = [.acquirer]

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let settings = environment.settings
        let maximum = try settings.integer(
            "maximum-charge", default: Int(Currency.defaultMaximumCharge), in: 1...Int(Int64.max))
        let operations = OperationStore<PaymentBooks>(
            database: environment.database,
            keepsOutbox: try environment.settings.flag("outbox", default: true),
            logger: environment.logger)
        let store = PaymentStore(database: environment.database)
        let reader = PaymentReader(
            database: environment.database,
            counters: CacheCounters(cache: "payments", environment.metrics))
        let reads = GroupCommit<PaymentID, PaymentWithEvents>(logger: environment.logger) {
            try await reader.read($0)
        }
        let payments = Payments(
            store: store, operations: operations, reads: reads,
            connector: try AcquirerConnector(environment),
            clock: environment.clock,
            identifiers: environment.identifiers,
            limits: PaymentLimits(
                maximumCharge: Int64(maximum), paymentMethods: AcquirerConnector.paymentMethods),
            captureWindow: try settings.duration(
                "capture-window", default: .seconds(7 * 24 * 3600)))
        return ServiceParts(
            methods: payments.methods + Outbox.methods(of: environment.database),
            background: [operations, reads])
    }
}
