internal import DevSystem
internal import Foundation
internal import Logging
package import Postgres
internal import ServiceKit

/// A fresh database of its own for one test, on a PostgreSQL that the test process shares.
///
/// The server is started with the first database and stopped when the process ends, even when it
/// is killed.
package struct EphemeralDatabase: Sendable {
    /// Its name, unique on the server.
    package let name: String
    /// For the role the service runs as: may do what the migrations grant it.
    package let dsn: String
    /// For the role that migrates.
    package let ownerDSN: String
    package let superuserDSN: String

    /// Makes a database with the schema of `services/<service>/migrations`.
    ///
    /// - Throws: `PostgresClusterError`, `PostgresError`, `MigrationError`
    package static func make(service: String) async throws -> EphemeralDatabase {
        try await EphemeralCluster.shared.makeDatabase(service: service, isMigrated: true)
    }

    /// Makes a database with nothing in it; its owner may create tables.
    package static func makeEmpty() async throws -> EphemeralDatabase {
        try await EphemeralCluster.shared.makeDatabase(service: "scratch", isMigrated: false)
    }

    /// A pool of connections as the service's role.
    package func pool(connections: Int = 4) throws -> PostgresPool {
        try Self.pool(PostgresConfiguration(dsn: self.dsn, connections: connections))
    }

    /// A pool of connections as the owner, who may do anything in this database.
    package func ownerPool(connections: Int = 4) throws -> PostgresPool {
        try Self.pool(PostgresConfiguration(dsn: self.ownerDSN, connections: connections))
    }

    static func pool(_ configuration: PostgresConfiguration) throws -> PostgresPool {
        var logger = Logger(label: "florin.test.postgres")
        logger.logLevel = .error
        return try PostgresPool(configuration: configuration, logger: logger)
    }
}
