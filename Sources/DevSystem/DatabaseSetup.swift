internal import Foundation
internal import Logging
internal import Postgres
internal import ServiceKit

/// The system's PostgreSQL: started, with a migrated database for each service.
struct DatabaseSetup {
    let cluster: PostgresCluster
    private let services: String

    init(_ options: DevOptions) throws {
        let cluster = try PostgresCluster(folder: options.layout.postgres)
        if let folder = cluster.reachableStandIn {
            self.cluster = try PostgresCluster(folder: folder)
        } else {
            self.cluster = cluster
        }
        self.services = options.services
    }

    /// - Returns: How each service reaches its database.
    func start() async throws -> [String: ServiceDatabase] {
        // One that runs is left from a supervisor that was killed, and is on its way down, or will
        // not go down with us.
        try await self.cluster.stop()
        try await self.cluster.start()
        var databases: [String: ServiceDatabase] = [:]
        for entry in ServiceCatalog.entries {
            databases[entry.name] = try await self.database(of: entry.name)
        }
        return databases
    }

    private func database(of service: String) async throws -> ServiceDatabase {
        let logger = Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() }
        let database = try await self.cluster.provision(service: service, logger: logger)
        let migrations = try MigrationSet(folder: "\(self.services)/\(service)/migrations")
        let pool = try PostgresPool(
            configuration: PostgresConfiguration(dsn: database.ownerDSN, connections: 1),
            logger: logger)
        do {
            try await Migrator(pool: pool, set: migrations).apply()
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
        return database
    }
}
