internal import LedgerCore
package import ServiceKit
internal import Stubs
package import TLS

/// The ledger: accounts, transfers and balances.
///
/// Settings of its own: `queue-limit`, the most events that wait for the writer, and
/// `sweep-interval`, how often it looks for pending transfers whose time is up.
package enum LedgerDefinition: ServiceDefinition {
    package static var role: Role { .ledger }
    package static var peers: [Role] { [] }

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let store = LedgerStore(database: environment.database, clock: environment.clock)
        var limits = LedgerWriter.Limits()
        limits.queuedEvents = try environment.settings.integer(
            "queue-limit", default: limits.queuedEvents, in: 1...10_000_000)
        let writer = LedgerWriter(store: store, limits: limits, logger: environment.logger)
        let sweeper = LedgerSweeper(
            store: store, writer: writer,
            interval: try environment.settings.duration("sweep-interval", default: .seconds(1)),
            logger: environment.logger)
        return ServiceParts(
            methods: LedgerHandler(store: store, writer: writer).methods,
            background: [writer, sweeper])
    }
}
