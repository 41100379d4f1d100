package import Identifiers
package import Logging
package import Metrics
package import Postgres
package import RPC
package import ServiceLifecycle
package import TLS

/// What makes one service: its role, the peers it calls, and its parts.
package protocol ServiceDefinition: Sendable {
    static var role: Role { get }
    /// The roles it calls; each needs an address in the configuration.
    static var peers: [Role] { get }
    /// Builds the service. The database is there and its schema is the one the service knows.
    ///
    /// - Throws: ``ConfigurationError`` for a wrong setting of its own; the start stops then.
    static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts
}

/// What a service is made of: all that it may touch of the world outside.
package struct ServiceEnvironment: Sendable {
    package let configuration: ServiceConfiguration
    /// Keys of the service's own, such as `acquirer-timeout`.
    package let settings: Settings
    package let database: PostgresPool
    package let clock: any WallClock
    package let identifiers: any IdentifierSource
    package let logger: Logger
    /// Makes the counters of what the service counts of its own.
    package let metrics: any MetricsFactory
    let channels: [Role: any Channel]

    /// The way to a peer that the definition names.
    ///
    /// - Throws: ``ConfigurationError`` when the definition does not name it.
    package func channel(to peer: Role) throws(ConfigurationError) -> any Channel {
        guard let channel = self.channels[peer] else {
            throw ConfigurationError(
                field: "peers.\(peer.rawValue)", problem: "is no peer of this service",
                hint: "Name the role in the definition's peers.")
        }
        return channel
    }
}

/// What runs in a service's process.
package struct ServiceParts: Sendable {
    /// The methods it answers.
    package var methods: [RPCMethod]
    /// What runs beside them, such as timers and recovery. Stopped after the last accepted call
    /// has been answered.
    package var background: [any ServiceLifecycle.Service]
    /// Whether calls are welcome here: a standby says no, and its callers go elsewhere.
    package var isServing: @Sendable () -> Bool

    package init(
        methods: [RPCMethod], background: [any ServiceLifecycle.Service] = [],
        isServing: @escaping @Sendable () -> Bool = { true }
    ) {
        self.methods = methods
        self.background = background
        self.isServing = isServing
    }
}
