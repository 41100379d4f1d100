import Identifiers
import Messages
import Postgres
import RPC
import ServiceKit
import Synchronization
import TestKit
import Testing

@Suite("Parts that come and go under a running service", .timeLimit(.minutes(2)))
struct DetachmentTests {
    private static let year = Duration.seconds(366 * 24 * 3600)

    private final class End: Sendable {
        let hasCome = Atomic(false)
    }

    private static func detach(_ store: PartitionStore, before time: Timestamp) async throws {
        try await store.detach(try await store.old(before: time)) { _ in }
    }

    @Test("Parts are made, filled and detached, and no payment meanwhile is refused")
    func underLoad() async throws {
        let clock = ManualClock(SystemClock().now() - Self.year)
        let identifiers = SystemIdentifierSource(clock: clock)
        try await PaymentWorld.run(clock: clock, identifiers: identifiers) { world in
            let owner = try world.database.ownerPool()
            let store = PartitionStore(pool: owner)
            let old = try await world.paid(key: "old")
            clock.advance(by: Self.year)
            let end = End()
            let paid = try await withThrowingTaskGroup(of: Int.self) { group in
                for client in 0..<4 {
                    group.addTask {
                        var count = 0
                        while !end.hasCome.load(ordering: .relaxed) {
                            _ = try await world.paid(key: "\(client)-\(count)")
                            count += 1
                        }
                        return count
                    }
                }
                let made = try await store.create(until: clock.now() + Self.year + Self.year)
                #expect(made.filter { $0.table == "payment" }.count >= 4)
                try await Self.detach(store, before: clock.now())
                end.hasCome.store(true, ordering: .relaxed)
                return try await group.reduce(0, +)
            }
            #expect(paid >= 4)
            let missing = await refusal { () throws(RPCError) in try await world.get(old) }
            #expect(missing?.code == .notFound)
            let rows = try await owner.query("SELECT count(*) FROM payment_before")
            #expect(try rows.first?.int64(0) == 1)
            let again = try await store.create(until: clock.now() + Self.year + Self.year)
            #expect(again == [])
        }
    }

    @Test("What is not done with keeps its part, and all others of that time")
    func openRows() async throws {
        let clock = ManualClock(SystemClock().now() - Self.year)
        let identifiers = SystemIdentifierSource(clock: clock)
        try await PaymentWorld.run(clock: clock, identifiers: identifiers) { world in
            let store = PartitionStore(pool: try world.database.ownerPool())
            let held = try await world.held()
            let end = clock.now() + Self.year
            await #expect(throws: PartitionError.openRows(part: "payment_before", count: 1)) {
                try await Self.detach(store, before: end)
            }
            let saga = TestSaga()
            _ = try await world.begin(saga, held, .cancel)
            _ = try await world.cancel(saga, held)
            try await Self.detach(store, before: end)
            let missing = await refusal { () throws(RPCError) in try await world.get(held) }
            #expect(missing?.code == .notFound)
        }
    }

    @Test("A part that rows came to before their time is not taken away")
    func laterHasRows() async throws {
        let clock = ManualClock(SystemClock().now() - Self.year)
        let identifiers = SystemIdentifierSource(clock: clock)
        try await PaymentWorld.run(clock: clock, identifiers: identifiers) { world in
            clock.advance(by: .seconds(50 * 366 * 24 * 3600))
            let id = try await world.create().id
            let store = PartitionStore(pool: try world.database.ownerPool())
            await #expect(throws: PartitionError.laterHasRows(part: "payment_later")) {
                try await store.create(until: clock.now())
            }
            let found = try await world.get(id)
            #expect(found.payment?.id == id)
        }
    }
}
