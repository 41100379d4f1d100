import GatewayCore
import Identifiers
import Messages
import PaymentService
import Postgres
import RPC
import Stubs
import TLS
import TestKit
import Testing
import Wire

@testable import GatewayService

/// A payment service, running, and a gateway's database that its changes are imported to.
private struct ImportWorld: Sendable {
    let payments: PaymentServiceClient
    let database: PostgresPool
    let events: EventImport
    let scope: Scope

    static func run(_ body: @escaping @Sendable (ImportWorld) async throws -> Void) async throws {
        try await withService(PaymentProcess.self) { payment in
            let database = try await EphemeralDatabase.make(service: "gateway").pool()
            let account = try await GatewayStore(database: database).add(
                StoredAccount(
                    id: SystemIdentifierSource().next(AccountKind.self), merchantID: "acme",
                    displayName: "Acme", secret: [1], createdAt: SystemClock().now()))
            let source = EventSource.payments(try payment.channel(as: .gateway))
            try await body(
                ImportWorld(
                    payments: PaymentServiceClient(try payment.channel(as: .client)),
                    database: database,
                    events: EventImport(database: database, source: source),
                    scope: Scope(accountID: account.id, isLive: false)))
            await database.close()
        }
    }

    @discardableResult
    func create(_ key: String, merchant: String = "acme_test") async throws -> String {
        try await self.payments.createPayment(
            PaymentV1.CreatePaymentRequest(
                idempotencyKey: key, merchantID: merchant,
                amount: CommonV1.Money(minorUnits: 100_00, currency: "USD"))
        ).payment?.id ?? ""
    }

    func describe(_ payment: String, _ description: String) async throws {
        _ = try await self.payments.updatePayment(
            PaymentV1.UpdatePaymentRequest(
                paymentID: payment, fields: ["description"], description: description))
    }

    func batches() async throws -> [OutboxV1.Batch] {
        try await self.events.source.outbox.takeBatches(.init()).batches
    }

    func acknowledge(_ batches: [OutboxV1.Batch]) async throws {
        _ = try await self.events.source.outbox.acknowledgeBatches(.init(ids: batches.map(\.id)))
    }

    func setAside() async throws -> [[UInt8]] {
        try await self.database.query("SELECT changes FROM event_unreadable").map {
            try $0.bytes(0)
        }
    }

    func begin() async throws -> Int64 { try #require(await self.events.turn.begin()) }

    func told() async throws -> [Event] {
        try await GatewayStore(database: self.database).events(
            scope: self.scope, EventFilter(place: .after(0)), limit: 100)
    }

    func sequences() async throws -> [Int64] { try await self.told().map(\.sequence) }
}

@Suite("Changes become events", .timeLimit(.minutes(2)))
struct EventImportTests {
    @Test("Every change of a merchant with an account is one event, numbered without gaps")
    func imports() async throws {
        try await ImportWorld.run { world in
            for number in 1...3 { try await world.create("k\(number)") }
            try await world.create("other", merchant: "nobody")
            let epoch = try await world.begin()
            let batches = try await world.batches()
            let taken = try await world.events.take(batches, epoch: epoch)
            #expect(taken == EventImport.Taken(events: 3))
            try await world.acknowledge(batches)
            let left = try await world.batches()
            #expect(left.isEmpty)
            try await world.create("k4")
            let more = try await world.batches()
            _ = try await world.events.take(more, epoch: epoch)
            let sequences = try await world.sequences()
            #expect(sequences == [1, 2, 3, 4])
        }
    }

    @Test("An update tells what was before, unless its service did not tell it yet")
    func updates() async throws {
        try await ImportWorld.run { world in
            let payment = try await world.create("k1")
            try await world.describe(payment, "one")
            try await world.describe(payment, "two")
            let epoch = try await world.begin()
            var batches = try await world.batches()
            // The last as a service sends it that is older than the gateway.
            let last = try #require(batches.indices.last)
            var older = try PaymentV1.PaymentChanges(decoding: batches[last].changes)
            for index in older.changes.indices { older.changes[index].previous = nil }
            batches[last].changes = older.encoded()
            _ = try await world.events.take(batches, epoch: epoch)
            let previous = try await world.told().map { event in
                event.previous.map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(previous == [nil, #"{"description":null}"#, nil])
        }
    }

    @Test("A gateway that died before it acknowledged: its successor doubles nothing")
    func repeats() async throws {
        try await ImportWorld.run { world in
            try await world.create("k1")
            try await world.create("k2")
            let first = try await world.begin()
            let batches = try await world.batches()
            _ = try await world.events.take(batches, epoch: first)
            try await world.events.turn.end(first)

            let second = try await world.begin()
            let again = try await world.batches()
            #expect(again.map(\.id) == batches.map(\.id))
            try await world.create("k3")
            let all = try await world.batches()
            let taken = try await world.events.take(all, epoch: second)
            #expect(taken == EventImport.Taken(events: 1))
            let sequences = try await world.sequences()
            #expect(sequences == [1, 2, 3])
        }
    }

    @Test("Only one gateway has the turn, and one that lost it writes nothing more")
    func fences() async throws {
        try await ImportWorld.run { world in
            try await world.create("k1")
            let stale = try await world.begin()
            let meanwhile = try await world.events.turn.begin()
            #expect(meanwhile == nil)
            let batches = try await world.batches()
            // Its time is over, and another has begun.
            try await world.database.query(
                "UPDATE event_relay SET held_until = now() - interval '1 second'")
            let next = try await world.begin()
            #expect(next > stale)
            await #expect(throws: TurnLost.self) {
                try await world.events.take(batches, epoch: stale)
            }
            await #expect(throws: TurnLost.self) { try await world.events.turn.renew(stale) }
            let before = try await world.sequences()
            #expect(before.isEmpty)
            _ = try await world.events.take(batches, epoch: next)
            let after = try await world.sequences()
            #expect(after == [1])
        }
    }

    @Test("What cannot be read holds up nothing, is kept, and is read once it can be")
    func unreadable() async throws {
        try await ImportWorld.run { world in
            try await world.create("k1")
            var batches = try await world.batches()
            // As a service sends it that is newer than the gateway.
            let strange = OutboxV1.Batch(id: Array(0..<16), changes: [0xff, 0xff, 0xff])
            batches.insert(strange, at: 0)
            let epoch = try await world.begin()
            let taken = try await world.events.take(batches, epoch: epoch)
            #expect(taken == EventImport.Taken(events: 1, unreadable: 1))
            // Fetched again as the acknowledgement was lost: still one.
            _ = try await world.events.take(batches, epoch: epoch)
            let still = try await world.events.takeSetAside(epoch: epoch)
            #expect(still == EventImport.Taken(events: 0, unreadable: 1))

            // A later gateway understands it.
            try await world.acknowledge(batches.suffix(1))
            try await world.create("k2")
            let readable = try #require(try await world.batches().first)
            let unread = try await world.setAside()
            #expect(unread == [strange.changes])
            let newer = EventImport(
                database: world.database,
                source: EventSource(name: "payment", outbox: world.events.source.outbox) { bytes in
                    let known = bytes == strange.changes ? readable.changes : bytes
                    return try world.events.source.read(known)
                })
            let read = try await newer.takeSetAside(epoch: epoch)
            #expect(read == EventImport.Taken(events: 1))
            let sequences = try await world.sequences()
            #expect(sequences == [1, 2])
            let left = try await world.setAside()
            #expect(left.isEmpty)
        }
    }

    @Test("A request that is carried out twice tells of its change once")
    func twice() async throws {
        try await ImportWorld.run { world in
            let store = GatewayStore(database: world.database)
            let id = SystemIdentifierSource().next(CustomerKind.self)
            let customer = Customer(
                id: id.description, isLive: false, created: 0, name: nil, email: nil, phone: nil,
                description: nil, metadata: [], isDeleted: false)
            let causes = (0..<2).map { _ in SystemIdentifierSource().next(RootKind.self) }
            for _ in 0..<2 {
                _ = try await store.add(
                    customer, id: id, scope: world.scope, at: SystemClock().now())
                for cause in causes {
                    _ = try await store.changeCustomer(id, scope: world.scope, cause: cause) {
                        $0.name = "changed"
                    }
                }
            }
            let events = try await world.told()
            #expect(events.map(\.sequence) == [1, 2, 3])
            let previous = events.map { $0.previous.map { String(decoding: $0, as: UTF8.self) } }
            #expect(previous == [nil, #"{"name":null}"#, "{}"])
        }
    }

    @Test("Writers of one account's events wait for each other: numbers appear in their order")
    func concurrent() async throws {
        try await ImportWorld.run { world in
            let store = GatewayStore(database: world.database)
            let scope = world.scope
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<24 {
                    group.addTask {
                        let id = SystemIdentifierSource().next(CustomerKind.self)
                        let customer = Customer(
                            id: id.description, isLive: false, created: 0, name: "\(number)",
                            email: nil, phone: nil, description: nil, metadata: [],
                            isDeleted: false)
                        _ = try await store.add(
                            customer, id: id, scope: scope, at: SystemClock().now())
                    }
                }
                // What a reader that follows the numbers sees never has a gap.
                var seen: Int64 = 0
                while seen < 24 {
                    for sequence in try await world.sequences() where sequence > seen {
                        #expect(sequence == seen + 1)
                        seen = sequence
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
