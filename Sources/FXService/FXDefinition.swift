internal import Money
internal import RPC
package import ServiceKit
internal import Stubs
package import TLS

/// The fx service: rates, and quotes made from them.
package enum FXDefinition: ServiceDefinition {
    package static let role = Role.fx
    package static let peers: [Role] = []

    package static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let store = FXStore(database: environment.database)
        let operations = OperationStore<FXBooks>(
            database: environment.database, logger: environment.logger)
        let handler = FXHandler(
            store: store, operations: operations,
            rates: RateCache(
                store: store, counters: CacheCounters(cache: "rates", environment.metrics)),
            settings: try FXSettings(environment.settings), clock: environment.clock,
            identifiers: environment.identifiers)
        return ServiceParts(methods: handler.methods, background: [operations])
    }
}
