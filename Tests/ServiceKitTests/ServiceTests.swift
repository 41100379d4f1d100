internal import Messages
internal import Postgres
internal import RPC
internal import ServiceKit
internal import ServiceLifecycle
internal import Stubs
internal import Synchronization
internal import TLS
internal import TestKit
internal import Testing
internal import Wire

/// A service small enough to see through: it answers GetRate, from its database.
private enum TinyService: ServiceDefinition {
    static let role = Role.fx
    static let peers: [Role] = [.acquirer]

    static func make(_ environment: ServiceEnvironment) async throws -> ServiceParts {
        let greeting = try environment.settings.text("greeting", default: "none")
        _ = try environment.channel(to: .acquirer)
        let database = environment.database
        let method = RPCMethod(descriptor: FXServiceMethods.getRate) { payload, _ in
            let request = try FXV1.GetRateRequest(decoding: payload)
            switch request.currency {
            case "BROKEN": _ = try await database.query("SELECT 1 / 0")
            case "LOST": throw PostgresError(.connectionLost)
            case "REFUSED": throw RPCError.notFound("no such rate", reason: .rateNotFound)
            default: break
            }
            let rows = try await database.query("SELECT $1::text", [.text(greeting)])
            return FXV1.GetRateResponse(rate: FXV1.Rate(currency: try rows[0].text(0))).encoded()
        }
        return ServiceParts(methods: [method], background: [UntilStopped()])
    }

    private struct UntilStopped: Service {
        func run() async throws { try? await gracefulShutdown() }
    }
}

@Suite("A service")
struct ServiceTests {
    @Test("Answers through TLS from its database, with its own settings")
    func answers() async throws {
        try await withService(TinyService.self, settings: ["greeting": "hello"]) { service in
            let client = FXServiceClient(try service.channel(as: .client))
            let response = try await client.getRate(FXV1.GetRateRequest())
            #expect(response.rate?.currency == "hello")
            let health = HealthClient(try service.channel(as: .operator))
            #expect(try await health.check(HealthV1.HealthCheckRequest()).status == .serving)
        }
    }

    @Test("Says what went wrong with its database, and nothing of the details")
    func databaseErrors() async throws {
        try await withService(TinyService.self) { service in
            let client = FXServiceClient(try service.channel(as: .client))
            let broken = await #expect(throws: RPCError.self) {
                try await client.getRate(FXV1.GetRateRequest(currency: "BROKEN"))
            }
            #expect(broken?.code == .internal)
            #expect(broken?.message.contains("division") == false)
            let lost = await #expect(throws: RPCError.self) {
                try await client.getRate(FXV1.GetRateRequest(currency: "LOST"))
            }
            #expect(lost?.code == .unavailable)
            #expect(lost?.reason == .databaseUnavailable)
            let refused = await #expect(throws: RPCError.self) {
                try await client.getRate(FXV1.GetRateRequest(currency: "REFUSED"))
            }
            #expect(refused?.reason == .rateNotFound)
        }
    }

    @Test("Refuses to start with a setting that nothing reads")
    func unknownSetting() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await withService(TinyService.self, settings: ["greting": "x"]) { _ in }
        }
        #expect(error?.field == "--greting")
    }

    @Test("Gives up without its schema, and says how to make it")
    func noSchema() async throws {
        let empty = try await EphemeralDatabase.makeEmpty()
        let error = await #expect(throws: ServiceFailure.self) {
            try await withService(
                TinyService.self, database: empty, databaseWait: .milliseconds(300)
            ) { _ in }
        }
        #expect(error?.exitCode == .databaseUnavailable)
        #expect(error?.description.contains("florin migrate") == true)
    }
}
