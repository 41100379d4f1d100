import GatewayCore
import Identifiers
import Logging
import Metrics
import Postgres
import TestKit
import Testing

@testable import GatewayService

/// A gateway's database with one account, whose events are of customers.
private struct DeliveryWorld: Sendable {
    let database: PostgresPool
    let store: GatewayStore
    let deliveries: DeliveryStore
    let scope: Scope

    private static let identifiers = SystemIdentifierSource()

    static func run(_ body: (DeliveryWorld) async throws -> Void) async throws {
        let database = try await EphemeralDatabase.make(service: "gateway").pool()
        let store = GatewayStore(database: database)
        let account = try await store.add(
            StoredAccount(
                id: Self.identifiers.next(AccountKind.self), merchantID: "acme",
                displayName: "Acme", secret: [1], createdAt: SystemClock().now()))
        try await body(
            DeliveryWorld(
                database: database, store: store,
                deliveries: DeliveryStore(database: database),
                scope: Scope(accountID: account.id, isLive: false)))
        await database.close()
    }

    func endpoint() async throws -> WebhookEndpointID {
        let id = Self.identifiers.next(WebhookEndpointKind.self)
        let endpoint = WebhookEndpoint(
            id: id.description, isLive: false, created: 0, url: "https://example.com",
            events: try EventSelection(["*"]), description: nil)
        return try await self.store.add(
            endpoint, id: id, scope: self.scope, at: SystemClock().now()
        ).id
    }

    func happen(_ count: Int) async throws {
        for _ in 0..<count {
            let id = Self.identifiers.next(CustomerKind.self)
            let customer = Customer(
                id: id.description, isLive: false, created: 0, name: nil, email: nil, phone: nil,
                description: nil, metadata: [], isDeleted: false)
            _ = try await self.store.add(
                customer, id: id, scope: self.scope, at: SystemClock().now())
        }
    }

    func claim(
        _ most: Int = 100, busy: [WebhookEndpointID: Int] = [:]
    ) async throws -> [Delivery] {
        try await self.deliveries.claim(most, busy: busy, window: 16)
    }

    func settle(
        _ delivery: Delivery, _ state: Settlement.State, _ pause: EndpointPause = .healthy
    ) async throws {
        let settlement = Settlement(
            delivery: delivery, state: state, result: .success(WebhookAnswer(status: 1, body: [])))
        try await self.deliveries.settle([settlement], pauses: [delivery.key.endpoint: pause])
    }

    func states() async throws -> [String] {
        try await self.database.query(
            "SELECT state FROM webhook_delivery ORDER BY endpoint_id, sequence"
        ).map { try $0.text(0) }
    }

    func expireLeases() async throws {
        try await self.database.query("UPDATE webhook_delivery SET due_at = now()")
    }
}

@Suite("Deliveries that are due", .timeLimit(.minutes(2)))
struct DeliveryStoreTests {
    @Test("Gateways that claim at once share them, and no delivery is anybody else's too")
    func shared() async throws {
        try await DeliveryWorld.run { world in
            _ = try await world.endpoint()
            try await world.happen(30)
            let claimed = try await withThrowingTaskGroup(of: [Delivery].self) { group in
                for _ in 0..<4 { group.addTask { try await world.claim() } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            let keys = claimed.map(\.key)
            #expect(Set(keys).count == keys.count)
            // Each sees no more than one may have under way.
            #expect(keys.count == 30)
        }
    }

    @Test("One endpoint gets no more than its window, and those with least under way come first")
    func windows() async throws {
        try await DeliveryWorld.run { world in
            let (one, other) = (try await world.endpoint(), try await world.endpoint())
            try await world.happen(40)
            let few = try await world.claim(10, busy: [one: 5])
            #expect(few.allSatisfy { $0.key.endpoint == other })
            let more = try await world.claim(100, busy: [one: 5, other: 10])
            #expect(more.count { $0.key.endpoint == one } == 11)
            #expect(more.count { $0.key.endpoint == other } == 6)
        }
    }

    @Test("A lease that ran out is taken over, and who had it changes nothing any more")
    func leases() async throws {
        try await DeliveryWorld.run { world in
            _ = try await world.endpoint()
            try await world.happen(1)
            let first = try #require(await world.claim().first)
            let none = try await world.claim()
            #expect(none.isEmpty)
            try await world.expireLeases()
            let second = try #require(await world.claim().first)
            #expect(second.attempts == 2)
            #expect(second.event == first.event)
            try await world.settle(first, .dead)
            var states = try await world.states()
            #expect(states == ["pending"])
            try await world.settle(second, .delivered)
            try await world.expireLeases()
            states = try await world.states()
            #expect(states == ["delivered"])
            let left = try await world.claim()
            #expect(left.isEmpty)
        }
    }

    @Test("An attempt that was broken off does not count, and is due at once")
    func abandoned() async throws {
        try await DeliveryWorld.run { world in
            _ = try await world.endpoint()
            try await world.happen(1)
            let first = try #require(await world.claim().first)
            try await world.settle(first, .abandoned)
            let again = try #require(await world.claim().first)
            #expect(again.attempts == 1)
        }
    }

    @Test("An endpoint that fails is left alone, then tried once at a time until it takes one")
    func pauses() async throws {
        try await DeliveryWorld.run { world in
            let endpoint = try await world.endpoint()
            try await world.happen(20)
            let first = try #require(await world.claim(1).first)
            let now = SystemClock().now()
            try await world.settle(
                first, .again(now), .failed(times: 3, until: now + .seconds(3_600)))
            let blocked = try await world.claim()
            #expect(blocked.isEmpty)
            // Its time is over.
            try await world.database.query("UPDATE webhook_endpoint SET blocked_until = now()")
            let probe = try await world.claim()
            #expect(probe.map(\.failures) == [3])
            let beside = try await world.claim(100, busy: [endpoint: 1])
            #expect(beside.isEmpty)
            try await world.settle(try #require(probe.first), .delivered)
            let rest = try await world.claim()
            #expect(rest.count == 16)
        }
    }

    @Test("What a disabled or deleted endpoint was to be told waits, and goes")
    func withoutEndpoint() async throws {
        try await DeliveryWorld.run { world in
            let endpoint = try await world.endpoint()
            try await world.happen(3)
            _ = try await world.store.changeEndpoint(endpoint, scope: world.scope) {
                $0.endpoint.isEnabled = false
            }
            let disabled = try await world.claim()
            #expect(disabled.isEmpty)
            _ = try await world.store.changeEndpoint(endpoint, scope: world.scope) {
                $0.endpoint.isDeleted = true
            }
            try await world.upkeep().look()
            let states = try await world.states()
            #expect(states.isEmpty)
        }
    }

    @Test("What was due and not tried in all its time is a dead letter, and can be sent again")
    func dead() async throws {
        try await DeliveryWorld.run { world in
            _ = try await world.endpoint()
            try await world.happen(3)
            try await world.database.query(
                """
                UPDATE webhook_delivery SET due_at = now() - interval '73 hours'
                WHERE sequence < 3
                """)
            try await world.upkeep().look()
            var states = try await world.states()
            #expect(states == ["dead", "dead", "pending"])
            var filter = DeliveryFilter(scope: world.scope)
            filter.state = .dead
            let count = try await world.store.resend(filter, limit: 1)
            #expect(count == 1)
            states = try await world.states()
            #expect(states.count { $0 == "pending" } == 2)
        }
    }

    @Test("Old events go, with their deliveries")
    func old() async throws {
        try await DeliveryWorld.run { world in
            _ = try await world.endpoint()
            try await world.happen(2)
            try await world.upkeep(keeping: .seconds(3_600)).look()
            var states = try await world.states()
            #expect(states.count == 2)
            try await world.upkeep(keeping: .seconds(-60)).look()
            states = try await world.states()
            #expect(states.isEmpty)
            let events = try await world.store.events(
                scope: world.scope, EventFilter(), limit: 10)
            #expect(events.isEmpty)
        }
    }
}

extension DeliveryWorld {
    fileprivate func upkeep(keeping: Duration = .seconds(720 * 3_600)) -> WebhookUpkeep {
        WebhookUpkeep(
            database: self.database, counters: WebhookCounters(NOOPMetricsHandler.instance),
            giveUpAfter: .seconds(72 * 3_600), keepEvents: keeping, clock: SystemClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}
