internal import ArgumentParser
internal import DevSystem
internal import Logging
internal import Postgres
internal import ServiceKit

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring a service's database to the schema that its code knows.",
        discussion: """
            Applies what is missing, in order, as the owner of the database. Refuses a database \
            whose applied migrations were changed or are not known here.

            Examples:
              florin migrate payment
              florin migrate payment --verify
              FLORIN_DATABASE_DSN=postgresql://... florin migrate payment --migrations services/payment/migrations

            Exit status: 0 done, 1 failed, 64 a wrong argument.
            """)

    @Argument(help: "Which service; all of the development system when left out.")
    var service: String?
    @Option(help: "The owner's connection string; better given as FLORIN_DATABASE_DSN.")
    var databaseDsn: String?
    @Option(help: "The folder of the migrations; services/<service>/migrations by default.")
    var migrations: String?
    @Option(help: "Data folder of a development system.") var data: String?
    @Flag(help: "Only tell whether the schema is the one the code knows.") var verify = false

    func validate() throws {
        guard self.service != nil || (self.databaseDsn == nil && self.migrations == nil) else {
            throw ValidationError("name the service that --database-dsn and --migrations are for")
        }
    }

    func run() async throws {
        do {
            let entries =
                if let service {
                    [try ServiceCatalog.entry(named: service)]
                } else {
                    ServiceCatalog.entries
                }
            for entry in entries { try await self.migrate(entry.name) }
        } catch {
            let failure = Failure(error)
            Console.complain(failure.text)
            throw failure.status.code
        }
    }

    private func migrate(_ service: String) async throws {
        let layout = DevLayout(data: DataFolder.path(self.data))
        let set = try MigrationSet(
            folder: self.migrations
                ?? "\(DevOptions(layout: layout).services)/\(service)/migrations")
        let pool = try PostgresPool(
            configuration: PostgresConfiguration(
                dsn: self.dsn(of: service, layout), connections: 1),
            logger: Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() })
        do {
            if self.verify {
                try await Migrator(pool: pool, set: set).verify()
                Console.say("\(service): the schema is the one the code knows")
            } else {
                let applied = try await Migrator(pool: pool, set: set).apply()
                Console.say(
                    applied.isEmpty ? "\(service): nothing to do" : "\(service): applied \(applied)"
                )
            }
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    private func dsn(of service: String, _ layout: DevLayout) throws -> String {
        if let dsn = self.databaseDsn ?? Environment["FLORIN_DATABASE_DSN"] { return dsn }
        guard let found = try DevState.read(from: layout).services[service]?.ownerDatabase else {
            throw Failure(
                .failed, "\(layout.state) has no database of the \(service) service",
                hint: "Give the owner's connection string as FLORIN_DATABASE_DSN.")
        }
        return found
    }
}
