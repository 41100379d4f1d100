internal import DevSystem
internal import Foundation
internal import Logging
internal import Postgres
internal import ServiceKit

/// The PostgreSQL of this test process.
actor EphemeralCluster {
    static let shared = EphemeralCluster()

    private var cluster: Task<PostgresCluster, any Error>?
    private var templates: [String: Task<String, any Error>] = [:]
    private var lastProvision: Task<Void, Never>?
    private var count = 0
    private let logger: Logger = {
        var logger = Logger(label: "florin.test.cluster")
        logger.logLevel = .error
        return logger
    }()

    func makeDatabase(service: String, isMigrated: Bool) async throws -> EphemeralDatabase {
        let cluster = try await self.runningCluster()
        let template = try await self.template(of: service, isMigrated: isMigrated, in: cluster)
        self.count += 1
        let name = "florin_\(service)_\(self.count)"
        let logger = self.logger
        let database = try await self.inTurn {
            try await cluster.provision(
                service: service, database: name, template: template, logger: logger)
        }
        return EphemeralDatabase(
            name: name, dsn: database.dsn, ownerDSN: database.ownerDSN,
            superuserDSN: try cluster.superuserDSN(database: name))
    }

    private func runningCluster() async throws -> PostgresCluster {
        let task =
            self.cluster
            ?? Task {
                let folder = try EphemeralFolder.make()
                var options = PostgresCluster.Options()
                options.hastyCreation = true
                let cluster = try PostgresCluster(folder: folder, options: options)
                try await cluster.start()
                EphemeralFolder.removeAtExit(folder, server: cluster.runningProcess)
                return cluster
            }
        self.cluster = task
        return try await task.value
    }

    /// Migrating once and copying is much faster than migrating for every test.
    private func template(
        of service: String, isMigrated: Bool, in cluster: PostgresCluster
    ) async throws -> String {
        let logger = self.logger
        let task =
            self.templates[service]
            ?? Task {
                let name = "florin_\(service)_template"
                let database = try await self.inTurn {
                    try await cluster.provision(service: service, database: name, logger: logger)
                }
                guard isMigrated else { return name }
                let set = try MigrationSet(folder: Self.migrations(of: service))
                let pool = try EphemeralDatabase.pool(
                    PostgresConfiguration(dsn: database.ownerDSN, connections: 1))
                try await Migrator(pool: pool, set: set).apply()
                await pool.close()
                return name
            }
        self.templates[service] = task
        return try await task.value
    }

    /// One provision after another: PostgreSQL refuses to change one role twice at once (XX000,
    /// "tuple concurrently updated").
    private func inTurn<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let before = self.lastProvision
        let task = Task {
            await before?.value
            return try await body()
        }
        self.lastProvision = Task { _ = await task.result }
        return try await task.value
    }

    private static func migrations(of service: String) -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("services/\(service)/migrations").path
    }
}
