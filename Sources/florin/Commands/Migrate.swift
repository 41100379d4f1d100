internal import ArgumentParser
internal import DevSystem
internal import Identifiers
internal import ServiceKit

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring a service's database to the schema that its code knows.",
        discussion: """
            Applies what is missing, in order, as the owner of the database, and makes the parts \
            of the coming year (florin partitions). Refuses a database whose applied migrations \
            were changed or are not known here.

            Examples:
              florin migrate payment
              florin migrate payment --verify
              FLORIN_DATABASE_DSN=postgresql://... florin migrate payment --migrations services/payment/migrations

            Exit status: 0 done, 1 failed, 64 a wrong argument.
            """)

    @Argument(help: "Which service; all of the development system when left out.")
    var service: String?
    @Option(help: "The folder of the migrations; services/<service>/migrations by default.")
    var migrations: String?
    @OptionGroup var owner: OwnerOptions
    @Flag(help: "Only tell whether the schema is the one the code knows.") var verify = false

    func validate() throws {
        guard self.service != nil || (self.owner.databaseDsn == nil && self.migrations == nil)
        else {
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
        let set = try MigrationSet(
            folder: self.migrations
                ?? "\(DevOptions(layout: self.owner.layout).services)/\(service)/migrations")
        try await self.owner.withPool(of: service) { pool in
            if self.verify {
                try await Migrator(pool: pool, set: set).verify()
                Console.say("\(service): the schema is the one the code knows")
                return
            }
            let applied = try await Migrator(pool: pool, set: set).apply()
            Console.say(
                applied.isEmpty ? "\(service): nothing to do" : "\(service): applied \(applied)")
            let partitions = PartitionStore(pool: pool)
            let made = try await partitions.create(
                until: partitions.usualEnd(at: SystemClock().now()))
            if !made.isEmpty { Console.say("\(service): made parts \(made.map(\.name))") }
        }
    }
}
