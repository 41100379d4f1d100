package import Identifiers
package import Logging
package import Metrics
internal import NIOCore
internal import NIOPosix
internal import Postgres
package import PrometheusMetrics
internal import RPC
internal import RPCCore
package import ServiceLifecycle
internal import Stubs
internal import TLS

/// A service with everything it stands on: pool, peers, parts, server.
///
/// ``start(_:configuration:settings:clock:identifiers:logger:)`` listens; ``services`` keep it
/// alive. In a process ``ServiceProcess`` runs them, in a test the harness does.
package struct ServiceRuntime: Sendable {
    /// Where it listens: the port it got when it was told to take any.
    package let port: Int
    /// Where it tells its metrics; `nil`: nowhere.
    package let metricsPort: Int?
    /// In the order in which they start; a graceful shutdown stops them in reverse order.
    package let services: [ServiceGroupConfiguration.ServiceConfiguration]

    /// Waits for the database, builds the service and listens.
    ///
    /// - Throws: ``ConfigurationError`` for what is wrong in the configuration, the service's own
    ///   and unknown keys included; ``ServiceFailure`` without a database; what the service's
    ///   `make` and the server's start throw.
    package static func start<Definition: ServiceDefinition>(
        _ definition: Definition.Type, configuration: ServiceConfiguration, settings: Settings,
        clock: any WallClock = SystemClock(),
        identifiers: any IdentifierSource = SystemIdentifierSource(),
        metrics: any MetricsFactory = MetricsSystem.factory,
        exposition: PrometheusMetrics? = nil, logger: Logger
    ) async throws -> ServiceRuntime {
        let files = CertificateFiles(in: configuration.certificates, role: definition.role)
        let group = MultiThreadedEventLoopGroup.singleton
        let migrations = try Self.migrations(configuration)
        let (serverTLS, clientTLS) = try Self.identities(configuration, role: definition.role)
        var pool = PostgresConfiguration(
            dsn: configuration.databaseDSN, connections: configuration.databaseConnections)
        pool.session = PostgresConfiguration.manySmallStatements
        let database = try PostgresPool(configuration: pool, logger: logger)
        let certificates = CertificateReload(
            folder: configuration.certificates, role: definition.role,
            contexts: [serverTLS, clientTLS], files: files, interval: .seconds(1), clock: clock,
            metrics: metrics, logger: logger)
        do {
            try await DatabaseGate(
                database: database, migrations: migrations, limit: configuration.databaseWait,
                logger: logger
            ).wait()
            let clients = try Self.clients(configuration, tls: clientTLS, logger: logger)
            let parts = try await definition.make(
                ServiceEnvironment(
                    configuration: configuration, settings: settings, database: database,
                    clock: clock, identifiers: identifiers, logger: logger,
                    metrics: metrics, channels: clients))
            try settings.refuseUnread()
            let debugLog = DebugLogFilter()
            let debugMethods = DebugLogService(
                filter: debugLog, known: parts.methods.map(\.descriptor)
            ).methods
            let server = RPCServer(
                methods: parts.methods.map(\.translatingDatabaseErrors) + debugMethods
                    + ReflectionService(parts.methods + debugMethods).methods,
                tls: serverTLS,
                configuration: RPCServer.Configuration(
                    host: configuration.listenHost, port: configuration.listenPort,
                    limits: .init(admission: Self.admission)),
                group: group, debugLog: debugLog, logger: logger)
            let address = try await server.start()
            let listener = Self.listener(
                exposition, configuration, health: server.health, logger: logger)
            let metricsPort = try await listener?.start()
            return ServiceRuntime(
                port: address.port ?? configuration.listenPort, metricsPort: metricsPort,
                services: Self.services(
                    database: database, clients: Array(clients.values), parts: parts,
                    server: server, metrics: listener, drainLimit: configuration.drainTimeout,
                    certificates: certificates,
                    readiness: Readiness(
                        database: database, health: server.health, certificates: serverTLS,
                        isServing: parts.isServing, clock: clock, interval: .seconds(1),
                        logger: logger)))
        } catch {
            await database.close()
            throw error
        }
    }

    /// Calls that wait for a commit take longer the more share it, and are none the worse for it:
    /// below this many at once latency says nothing of overload. What is too much is told by the
    /// stores' own queues, and by how busy the threads are.
    private static let admission = AdmissionController.Configuration(
        limit: .init(floor: 2_048, start: 2_048))

    private static func listener(
        _ exposition: PrometheusMetrics?, _ configuration: ServiceConfiguration,
        health: HealthRegistry, logger: Logger
    ) -> MetricsListener? {
        guard let exposition, let address = configuration.metricsAddress else { return nil }
        let source = MetricsListener.Source(
            metrics: { exposition.render() }, isServing: { health.isServing() ?? false })
        return MetricsListener(
            address, source: source, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }

    private static func clients(
        _ configuration: ServiceConfiguration, tls: TLSContext, logger: Logger
    ) throws(ConfigurationError) -> [Role: RPCClientPool] {
        var clients: [Role: RPCClientPool] = [:]
        for (peer, address) in configuration.peers {
            guard let endpoints = Endpoint.list(parsing: address) else {
                throw ConfigurationError(
                    field: "peers.\(peer.rawValue)",
                    problem: "\"\(address)\" is not host:port, or several with commas between them")
            }
            clients[peer] = RPCClientPool(
                endpoints: endpoints, peer: peer, tls: tls,
                group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        }
        return clients
    }

    private static func migrations(
        _ configuration: ServiceConfiguration
    ) throws(ConfigurationError) -> MigrationSet {
        do {
            return try MigrationSet(folder: configuration.migrations)
        } catch {
            throw ConfigurationError(field: "migrations", problem: "\(error)")
        }
    }

    private static func identities(
        _ configuration: ServiceConfiguration, role: Role
    ) throws(ConfigurationError) -> (server: TLSContext, client: TLSContext) {
        do {
            return (
                try TLSContext(
                    certificates: configuration.certificates, role: role, side: .server),
                try TLSContext(
                    certificates: configuration.certificates, role: role, side: .client)
            )
        } catch {
            throw ConfigurationError(
                field: "certificates", problem: "\(error)",
                hint: "Make them with: florin certs init, then florin certs issue \(role.rawValue)")
        }
    }
}
