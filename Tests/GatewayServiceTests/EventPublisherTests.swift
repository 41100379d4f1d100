import GatewayCore
import Identifiers
import Logging
import Metrics
import NATS
import Postgres
import ServiceKit
import TestKit
import Testing

@testable import GatewayService

/// A gateway's database with accounts whose customers make events, and a NATS server.
private struct PublicationWorld: Sendable {
    let store: GatewayStore
    let server: NATSServer
    let scopes: [Scope]

    static func run(_ body: @Sendable (PublicationWorld) async throws -> Void) async throws {
        let database = try await EphemeralDatabase.make(service: "gateway").pool()
        let store = GatewayStore(database: database)
        var scopes: [Scope] = []
        for name in ["acme", "globex"] {
            let account = try await store.add(
                StoredAccount(
                    id: SystemIdentifierSource().next(AccountKind.self), merchantID: name,
                    displayName: name, secret: [1], createdAt: SystemClock().now()))
            scopes.append(Scope(accountID: account.id, isLive: false))
        }
        scopes.append(Scope(accountID: scopes[0].accountID, isLive: true))
        try await NATSServer.with { server in
            try await body(PublicationWorld(store: store, server: server, scopes: scopes))
        }
        await database.close()
    }

    /// Events of all accounts by turns.
    func makeEvents(_ count: Int) async throws {
        for number in 0..<count {
            try await self.addCustomer("\(number)", to: self.scopes[number % self.scopes.count])
        }
    }

    @discardableResult
    private func addCustomer(_ name: String, to scope: Scope) async throws -> CustomerID {
        let id = SystemIdentifierSource().next(CustomerKind.self)
        let customer = Customer(
            id: id.description, isLive: scope.isLive, created: 0, name: name,
            email: nil, phone: nil, description: nil, metadata: [], isDeleted: false)
        _ = try await self.store.add(customer, id: id, scope: scope, at: SystemClock().now())
        return id
    }

    /// An event that tells what was before.
    func makeUpdate() async throws {
        let id = try await self.addCustomer("before", to: self.scopes[0])
        let cause = SystemIdentifierSource().next(RootKind.self)
        _ = try await self.store.changeCustomer(id, scope: self.scopes[0], cause: cause) {
            $0.name = "after"
        }
    }

    /// Publishes until cancelled.
    func publisher(_ settings: BrokerSettings? = nil) throws -> Task<Void, Never> {
        let settings = try settings ?? self.settings()
        let publisher = EventPublisher(
            store: PublicationStore(database: self.store.database),
            broker: JetStreamBroker(settings),
            counters: PublicationCounters(NOOPMetricsHandler.instance),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Task { try? await publisher.run() }
    }

    func settings() throws -> BrokerSettings {
        let settings = try BrokerSettings(
            Settings(arguments: ["--nats-url", self.server.url], environment: [:]))
        return try #require(settings)
    }

    func events(of scope: Scope) async throws -> [Event] {
        try await self.store.events(scope: scope, EventFilter(place: .after(0)), limit: 10_000)
    }

    func waitUntilPublished() async throws {
        let isDone = try await eventually {
            try await PublicationStore(database: self.store.database).backlog().count == 0
        }
        #expect(isDone, "events were not published in time")
    }

    /// Each account's events are in the stream, in their order, each once, and nothing else is.
    func checkStream() async throws {
        let stored = try await NATSReader(self.server).messages(in: "FLORIN_EVENTS")
        var count = 0
        for scope in self.scopes {
            let prefix =
                "florin.events.\(scope.accountID).\(scope.isLive ? "live" : "test")."
            let own = stored.filter { $0.subject.hasPrefix(prefix) }
            let events = try await self.events(of: scope)
            #expect(own.map(\.id) == events.map(\.id))
            #expect(
                own.map(\.body) == events.map { String(decoding: $0.rendered(), as: UTF8.self) })
            #expect(own.map(\.subject) == events.map { prefix + $0.type })
            count += events.count
        }
        #expect(stored.count == count)
    }
}

@Suite("Events go to a broker", .timeLimit(.minutes(3)))
struct EventPublisherTests {
    @Test("Every event of every account is in the stream once and in order, as the feed shows it")
    func publishes() async throws {
        try await PublicationWorld.run { world in
            try await world.makeEvents(200)
            let publisher = try world.publisher()
            try await world.makeEvents(50)
            try await world.makeUpdate()
            try await world.waitUntilPublished()
            publisher.cancel()
            await publisher.value
            try await world.checkStream()
        }
    }

    @Test("What was published and not noted is published again, and is not there twice")
    func repeats() async throws {
        try await PublicationWorld.run { world in
            try await world.makeEvents(90)
            let publisher = try world.publisher()
            try await world.waitUntilPublished()
            publisher.cancel()
            await publisher.value
            // As a gateway leaves it that dies between the two.
            try await world.store.database.query(
                "UPDATE event_publication SET published = published / 2")
            try await world.makeEvents(30)
            let successor = try world.publisher()
            try await world.waitUntilPublished()
            successor.cancel()
            await successor.value
            try await world.checkStream()
        }
    }

    @Test("A server that is killed again and again loses and doubles nothing")
    func killedServer() async throws {
        try await PublicationWorld.run { world in
            let publisher = try world.publisher()
            for _ in 0..<4 {
                try await world.makeEvents(60)
                world.server.kill()
                try await world.makeEvents(15)
                try await world.server.start()
            }
            try await world.waitUntilPublished()
            publisher.cancel()
            await publisher.value
            try await world.checkStream()
        }
    }

    @Test("Of two gateways one publishes, and the other goes on when it stops")
    func takesOver() async throws {
        try await PublicationWorld.run { world in
            let turn = Turn(database: world.store.database, name: "broker")
            let first = try world.publisher()
            try await world.makeEvents(30)
            try await world.waitUntilPublished()
            let second = try world.publisher()
            let meanwhile = try await turn.begin()
            #expect(meanwhile == nil)
            first.cancel()
            await first.value
            try await world.makeEvents(30)
            try await world.waitUntilPublished()
            second.cancel()
            await second.value
            try await world.checkStream()
        }
    }

    @Test("A gateway that lost its turn moves nothing forward")
    func fences() async throws {
        try await PublicationWorld.run { world in
            try await world.makeEvents(3)
            let store = PublicationStore(database: world.store.database)
            let turn = Turn(database: world.store.database, name: "broker")
            let stale = try #require(await turn.begin())
            try await turn.end(stale)
            _ = try #require(await turn.begin())
            await #expect(throws: TurnLost.self) {
                try await store.advance([(world.scopes[0], 1)], turn: turn, epoch: stale)
            }
            let backlog = try await store.backlog()
            #expect(backlog.count == 3)
        }
    }

    @Test("Events that are no longer kept are passed over, and hold up no others")
    func removed() async throws {
        try await PublicationWorld.run { world in
            try await world.makeEvents(30)
            try await world.store.database.query(
                "DELETE FROM event WHERE account_id = $1 AND NOT livemode",
                [.uuid(world.scopes[0].accountID.uuid)])
            let publisher = try world.publisher()
            try await world.waitUntilPublished()
            publisher.cancel()
            await publisher.value
            try await world.checkStream()
        }
    }

    @Test("Of a server that does not know us it is told what to do")
    func hints() async throws {
        let users = #"authorization { users: [{user: florin, password: "s3cret"}] }"#
        try await NATSServer.with(users) { server in
            let settings = try BrokerSettings(
                Settings(
                    arguments: [
                        "--nats-url", server.url, "--nats-user", "florin", "--nats-password",
                        "other",
                    ], environment: [:]))
            let broker = JetStreamBroker(try #require(settings))
            let problem = await #expect(throws: BrokerProblem.self) {
                _ = try await broker.publish([], within: .seconds(5))
            }
            await broker.close()
            #expect(problem?.description.contains("nats.notPermitted") == true)
            #expect(problem?.hint.contains("nats-user and nats-password") == true)
            #expect(problem?.description.contains("other") == false)
        }
    }

    @Test("The backlog is counted while the server is away")
    func counts() async throws {
        try await PublicationWorld.run { world in
            world.server.kill()
            let publisher = try world.publisher()
            try await world.makeEvents(12)
            let store = PublicationStore(database: world.store.database)
            let backlog = try await store.backlog()
            #expect(backlog.count == 12)
            try await world.store.database.query(
                "UPDATE event_publication SET published = 0 WHERE published > 0")
            try await world.server.start()
            try await world.waitUntilPublished()
            publisher.cancel()
            await publisher.value
            try await world.checkStream()
        }
    }
}
