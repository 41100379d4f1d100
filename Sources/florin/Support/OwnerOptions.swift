internal import ArgumentParser
internal import DevSystem
internal import Logging
internal import Postgres

/// How a command reaches a service's database as its owner.
struct OwnerOptions: ParsableArguments {
    @Option(help: "The owner's connection string; better given as FLORIN_DATABASE_DSN.")
    var databaseDsn: String?
    @Option(help: "Data folder of a development system.") var data: String?

    var layout: DevLayout { DevLayout(data: DataFolder.path(self.data)) }

    /// Lends connections to the database of `service`, and closes them afterwards.
    ///
    /// - Parameter patience: How long a statement may run.
    func withPool<Result>(
        of service: String, patience: Duration = .seconds(30),
        _ body: (PostgresPool) async throws -> Result
    ) async throws -> Result {
        let pool = try PostgresPool(
            configuration: PostgresConfiguration(
                dsn: self.dsn(of: service), connections: 1, statementTimeout: patience),
            logger: Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() })
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    private func dsn(of service: String) throws -> String {
        if let dsn = self.databaseDsn ?? Environment["FLORIN_DATABASE_DSN"] { return dsn }
        guard let found = try DevState.read(from: self.layout).services[service]?.ownerDatabase
        else {
            throw Failure(
                .failed, "\(self.layout.state) has no database of the \(service) service",
                hint: "Give the owner's connection string as FLORIN_DATABASE_DSN.")
        }
        return found
    }
}
