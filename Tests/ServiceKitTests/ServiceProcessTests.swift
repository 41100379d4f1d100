internal import TestKit
internal import Testing

/// The processes of the services themselves, as an operator starts them.
@Suite("A service's process")
struct ServiceProcessTests {
    @Test("Tells its keys")
    func help() async throws {
        let help = try await Self.run("--help")
        #expect(help.status == 0)
        #expect(help.output.contains("--database-dsn FLORIN_DATABASE_DSN"))
    }

    @Test(
        "Does not start with a wrong configuration, and names the field",
        arguments: [
            ("listen-address", "nowhere"), ("log-level", "loud"), ("database-connections", "0"),
            ("drain-timeout", "soon"), ("migrations", "/nowhere"), ("certificates", "/nowhere"),
            ("config", "/nowhere"), ("stop-with-input", "maybe"),
        ])
    func wrong(key: String, value: String) async throws {
        var flags = try Self.flags()
        flags[key] = value
        let outcome = try await Self.run(flags.map { "--\($0)=\($1)" })
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("\(key): "), "\(outcome.errors)")
    }

    @Test("Gives up when its database does not come, without telling the password")
    func noDatabase() async throws {
        let outcome = try await Self.run(try Self.flags().map { "--\($0)=\($1)" })
        #expect(outcome.status == 69)
        #expect(!outcome.errors.contains("s3cret"))
        #expect(outcome.errors.contains("florin migrate"))
    }

    @Test("Does not start with a key it does not know")
    func unknown() async throws {
        let database = try await EphemeralDatabase.make(service: "fx")
        var flags = try Self.flags()
        flags["database-dsn"] = database.dsn
        flags["listen-adress"] = "127.0.0.1:0"
        let outcome = try await Self.run(flags.map { "--\($0)=\($1)" })
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("--listen-adress"))
    }

    @Test("Stops in order when its input ends")
    func endOfInput() async throws {
        let database = try await EphemeralDatabase.make(service: "fx")
        var flags = try Self.flags()
        flags["database-dsn"] = database.dsn
        flags["stop-with-input"] = "true"
        let outcome = try await Self.run(flags.map { "--\($0)=\($1)" })
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private static func flags() throws -> [String: String] {
        [
            "listen-address": "127.0.0.1:0", "certificates": try TestCertificates.folder(),
            "database-dsn": "host=127.0.0.1 port=1 dbname=x user=x password=s3cret",
            "database-wait": "300ms",
            "migrations": RepositoryFolder.services + "/fx/migrations",
        ]
    }

    private static func run(_ arguments: String...) async throws -> FlorinProgram.Outcome {
        try await self.run(arguments)
    }

    private static func run(_ arguments: [String]) async throws -> FlorinProgram.Outcome {
        try await FlorinProgram.run(arguments, data: "/nowhere", program: "florin-fx")
    }
}
