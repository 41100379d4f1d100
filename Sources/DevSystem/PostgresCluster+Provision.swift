package import Logging
internal import Postgres

/// Where a service's database is reached, as whom.
package struct ServiceDatabase: Sendable {
    /// For the running service: may do what the migrations grant it.
    package let dsn: String
    /// For migrations: owns the database.
    package let ownerDSN: String
}

extension PostgresCluster {
    /// For the cluster's superuser.
    package func superuserDSN(database: String = "postgres") throws(PostgresClusterError) -> String
    {
        try self.dsn(database: database, role: Self.superuser)
    }

    /// Makes a service's database and its two roles, unless they are there.
    ///
    /// The owner migrates, the other one runs the service; nobody else may connect.
    ///
    /// - Parameters:
    ///   - service: "payment" becomes the roles `florin_payment_owner` and `florin_payment`.
    ///   - database: The database's name; `florin_<service>` when `nil`.
    ///   - template: A database to copy in place of an empty one; nobody may be connected to it.
    /// - Throws: ``PostgresClusterError``, `PostgresError`
    package func provision(
        service: String, database: String? = nil, template: String? = nil, logger: Logger
    ) async throws -> ServiceDatabase {
        let role = "florin_\(service)"
        let owner = "\(role)_owner"
        let database = database ?? role
        let server = try self.administrator(of: "postgres", logger)
        try await server.createRole(owner, password: self.secret(of: owner))
        try await server.createRole(role, password: self.secret(of: role))
        let known = try await server.query(
            "SELECT 1 FROM pg_database WHERE datname = $1::name", [.text(database)])
        if known.isEmpty {
            let copy = template.map { " TEMPLATE \($0)" } ?? ""
            try await server.query("CREATE DATABASE \(database) OWNER \(owner)\(copy)")
        }
        try await server.pipeline([
            PostgresStatement("REVOKE ALL ON DATABASE \(database) FROM PUBLIC"),
            PostgresStatement("GRANT CONNECT ON DATABASE \(database) TO \(role)"),
        ])
        await server.close()
        if template == nil {
            let inside = try self.administrator(of: database, logger)
            try await inside.pipeline([
                PostgresStatement("REVOKE ALL ON SCHEMA public FROM PUBLIC"),
                PostgresStatement("ALTER SCHEMA public OWNER TO \(owner)"),
                PostgresStatement("GRANT USAGE ON SCHEMA public TO \(role)"),
            ])
            await inside.close()
        }
        return ServiceDatabase(
            dsn: try self.dsn(database: database, role: role),
            ownerDSN: try self.dsn(database: database, role: owner))
    }

    private func administrator(of database: String, _ logger: Logger) throws -> PostgresPool {
        let configuration = PostgresConfiguration(
            dsn: try self.superuserDSN(database: database), connections: 1,
            acquireTimeout: .seconds(30), statementTimeout: .seconds(120))
        return try PostgresPool(configuration: configuration, logger: logger)
    }

    private func dsn(database: String, role: String) throws(PostgresClusterError) -> String {
        let host = self.socketFolder.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "\\'")
        let password = try self.secret(of: role)
        return "host='\(host)' port=\(self.port) dbname=\(database) user=\(role) "
            + "password=\(password)"
    }
}

extension PostgresPool {
    /// Makes a login role, unless it is there.
    ///
    /// Role statements take no parameters: `name` is ours and `password` is letters and digits.
    fileprivate func createRole(_ name: String, password: String) async throws {
        let known = try await self.query(
            "SELECT 1 FROM pg_roles WHERE rolname = $1::name", [.text(name)])
        guard known.isEmpty else { return }
        try await self.query(
            "CREATE ROLE \(name) LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '\(password)'")
    }
}
