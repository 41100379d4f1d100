internal import AcquirerConnector
package import ServiceKit
internal import Stubs
package import TLS

/// Refunds, and what is asked of the acquirer for them.
///
/// Settings of its own:
/// - `outbox` (true): whether changes are kept for the gateway to fetch.
/// - `acquirer-timeout`, `acquirer-window`, `acquirer-margin`: see `AcquirerConnector`.
package enum RefundProcess: ServiceDefinition {
    package static let role = Role.refund
    package static let peers: [Role] = [.acquirer]

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let operations = OperationStore<RefundBooks>(
            database: environment.database,
            keepsOutbox: try environment.settings.flag("outbox", default: true),
            logger: environment.logger)
        let refunds = Refunds(
            store: RefundStore(database: environment.database), operations: operations,
            connector: try AcquirerConnector(environment), clock: environment.clock)
        return ServiceParts(
            methods: refunds.methods + Outbox.methods(of: environment.database),
            background: [operations])
    }
}
