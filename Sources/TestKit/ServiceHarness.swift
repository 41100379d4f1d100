package import Identifiers
package import Logging
package import Metrics
internal import NIOPosix
package import PrometheusMetrics
package import RPC
package import ServiceKit
internal import ServiceLifecycle
internal import Synchronization
package import TLS

/// One service in the test's own process, reached as any other: through TLS on a socket, with a
/// real database of its own.
///
///     try await withService(PaymentDefinition.self, peers: [.acquirer: acquirer.address]) { service in
///         let client = PaymentServiceClient(try service.channel(as: .client))
///         …
///     }
package final class ServiceHarness: Sendable {
    package let role: Role
    /// Where it listens: `127.0.0.1:port`.
    package let address: String
    private let endpoint: Endpoint
    package let port: Int
    /// Where it tells its metrics; `nil`: nowhere.
    package let metricsPort: Int?
    package let database: EphemeralDatabase
    private let certificates: String
    private let clients = Mutex<[Role: RPCClient]>([:])

    init(
        role: Role, port: Int, metricsPort: Int?, database: EphemeralDatabase, certificates: String
    ) {
        self.role = role
        self.metricsPort = metricsPort
        self.port = port
        self.certificates = certificates
        self.endpoint = Endpoint(host: "127.0.0.1", port: port)
        self.address = "\(self.endpoint)"
        self.database = database
    }

    /// A way to the service for a caller with the certificate of `caller`; the same each time.
    package func channel(as caller: Role) throws -> RPCClient {
        try self.clients.withLock { clients in
            if let client = clients[caller] { return client }
            let client = RPCClient(
                endpoint: self.endpoint, peer: self.role,
                tls: try TLSContext(
                    certificates: self.certificates, role: caller, side: .client),
                group: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            clients[caller] = client
            return client
        }
    }

    func close() async {
        for client in self.clients.withLock({ Array($0.values) }) { await client.close() }
    }
}

/// Starts a service on a fresh database, calls `body`, and stops the service in order.
///
/// - Parameters:
///   - peers: Where its peers are; nothing listens where none is given.
///   - settings: Keys of its configuration, such as `acquirer-timeout`.
///   - databaseWait: How long the start waits for the schema.
///   - exposition: What it tells its metrics from, on a port of its own; `nil`: it does not.
///   - certificates: A folder of its own, for a test that changes them.
///   - database: An earlier one, to start the service on what another left; a new one if `nil`.
package func withService<Definition: ServiceDefinition, Result: Sendable>(
    _ definition: Definition.Type, peers: [Role: String] = [:], settings: [String: String] = [:],
    clock: any WallClock = SystemClock(),
    identifiers: any IdentifierSource = SystemIdentifierSource(),
    certificates: String? = nil, metrics: any MetricsFactory = NOOPMetricsHandler.instance,
    exposition: PrometheusMetrics? = nil,
    logger: Logger? = nil, database: EphemeralDatabase? = nil,
    databaseWait: Duration = .seconds(30),
    _ body: @Sendable (ServiceHarness) async throws -> Result
) async throws -> Result {
    let name = definition.role.rawValue
    let database =
        if let database { database } else { try await EphemeralDatabase.make(service: name) }
    let certificates = try certificates ?? TestCertificates.folder()
    let logger = logger ?? Logger(label: name) { _ in SwiftLogNoOpLogHandler() }
    let runtime = try await ServiceRuntime.start(
        definition,
        configuration: ServiceConfiguration(
            listenHost: "127.0.0.1", listenPort: 0,
            peers: Dictionary(
                uniqueKeysWithValues: definition.peers.map { ($0, peers[$0] ?? "127.0.0.1:1") }),
            certificates: certificates, databaseDSN: database.dsn,
            databaseWait: databaseWait,
            migrations: "\(RepositoryFolder.services)/\(name)/migrations",
            drainTimeout: .seconds(5), metricsAddress: HostAndPort("127.0.0.1:0")),
        settings: try Settings(
            arguments: settings.map { "--\($0)=\($1)" }, environment: [:]),
        clock: clock, identifiers: identifiers, metrics: exposition ?? metrics,
        exposition: exposition, logger: logger)
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(services: runtime.services, logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let harness = ServiceHarness(
            role: definition.role, port: runtime.port, metricsPort: runtime.metricsPort,
            database: database,
            certificates: certificates)
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(harness))
        } catch {
            outcome = .failure(error)
        }
        await harness.close()
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try outcome.get()
    }
}
