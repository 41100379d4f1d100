import Identifiers
import Messages
import Postgres
import RPC
import SagaCore
import SagaEngine
import TestKit
import Testing

@testable import OrchestratorService

@Suite("PostgresSagaStore", .timeLimit(.minutes(2)))
struct PostgresSagaStoreTests {
    @Test("A saga is read back as it was stored")
    func roundTrip() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            var saga = fixture.saga()
            #expect(try await store.insert(saga, fixture.start("key"), lease: .seconds(10)).isNew)
            #expect(try await store.load(saga.id) == saga)
            saga.notes[0] = StepNote(answer: [9, 9], startedAt: saga.createdAt)
            try await store.save(try saga.change(.stepSucceeded(0), logged: "succeeded"))
            #expect(try await store.load(saga.id) == saga)
            let refusal = Failure(
                step: "capture", code: "card_declined", declineCode: "lost_card", message: "no")
            try await store.save(try saga.change(.stepRefused(1, refusal)))
            let stored = try #require(try await store.load(saga.id))
            #expect(stored.saga.failure == refusal)
            #expect(stored == saga)
        }
    }

    @Test("The same key and content name the first saga; other content is refused")
    func idempotency() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            let saga = fixture.saga()
            _ = try await store.insert(saga, fixture.start("key"), lease: nil)
            let again = try await store.insert(fixture.saga(), fixture.start("key"), lease: nil)
            #expect(again.existing == saga.id)
            let error = await #expect(throws: RPCError.self) {
                try await store.insert(
                    fixture.saga(), fixture.start("key", hash: [8]), lease: nil)
            }
            #expect(error?.code == .alreadyExists)
            #expect(error?.reason == .idempotencyError)
        }
        #expect(try await fixture.pool.query("SELECT count(*) FROM sagas")[0].int64(0) == 1)
    }

    @Test("Of many at once with one key, one is stored, in few batches")
    func race() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            let isNew = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        try await store.insert(
                            fixture.saga(), fixture.start("key \(number % 4)"), lease: nil
                        ).isNew
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(isNew == 4)
        }
    }

    @Test("A claimed saga belongs to one, and its former holder writes no more")
    func fencing() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { first in
            try await fixture.withStore { second in
                var saga = fixture.saga()
                _ = try await first.insert(saga, fixture.start("key"), lease: .zero)
                let claimed = try await second.claim(limit: 10, lease: .seconds(60))
                #expect(claimed.map(\.saga.epoch) == [2])
                #expect(try await first.claim(limit: 10, lease: .seconds(60)).isEmpty)
                let late = try saga.change(.stepSucceeded(0), logged: "succeeded")
                await #expect(throws: SagaStoreError.fenced) { try await first.save(late) }
                #expect(try await first.renew([saga.id: 1], lease: .seconds(60)).isEmpty)
                #expect(try await second.renew([saga.id: 2], lease: .seconds(60)) == [saga.id])
                #expect(try await fixture.history(of: saga.id) == ["1 claimed"])
                #expect(try await second.load(saga.id)?.saga.steps[0].status == .pending)
            }
        }
    }

    @Test("Two that claim at once never get the same saga")
    func claimsApart() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            for number in 0..<40 {
                _ = try await store.insert(
                    fixture.saga(), fixture.start("\(number)"), lease: nil)
            }
            let claimed = try await withThrowingTaskGroup(of: [SagaRecord].self) { group in
                for _ in 0..<8 {
                    group.addTask { try await store.claim(limit: 7, lease: .seconds(60)) }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 40)
            #expect(Set(claimed.map(\.id)).count == 40)
        }
    }

    @Test("A released saga is claimable at once, a resting one later, an ended one never")
    func releases() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            var released = fixture.saga()
            var resting = fixture.saga()
            var ended = fixture.saga()
            for saga in [released, resting, ended] {
                _ = try await store.insert(
                    saga, fixture.start("\(saga.id)"), lease: .seconds(60))
            }
            #expect(try await store.claim(limit: 9, lease: .seconds(60)).isEmpty)
            try await store.save(
                try released.change(.stepSucceeded(0), lease: .release(after: .zero)))
            try await store.save(
                try resting.change(.stepSucceeded(0), lease: .release(after: .seconds(60))))
            let refusal = Failure(step: "begin", code: "payment_busy")
            ended.endedAt = ended.createdAt
            try await store.save(try ended.change(.stepRefused(0, refusal), lease: .end))
            #expect(try await store.renew([released.id: 1], lease: .seconds(60)).isEmpty)
            let claimed = try await store.claim(limit: 9, lease: .seconds(60))
            #expect(claimed.map(\.id) == [released.id])
            #expect(claimed.first?.saga.command == .execute([StepAttempt(step: 1, attempt: 1)]))
        }
    }

    @Test("Changes that nobody waited for are stored with the next, each line of history once")
    func batches() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            var saga = fixture.saga()
            _ = try await store.insert(saga, fixture.start("key"), lease: .seconds(60))
            store.saveEventually(
                try saga.change(
                    .stepUnknown(0, attempt: 1, error: "unavailable", random: 0), logged: "retry"))
            store.saveEventually(
                try saga.change(
                    .stepUnknown(0, attempt: 2, error: "unavailable", random: 0), logged: "retry"))
            try await store.save(try saga.change(.stepSucceeded(0), logged: "succeeded"))
            #expect(
                try await fixture.history(of: saga.id) == ["1 retry", "2 retry", "3 succeeded"])
            #expect(try await store.load(saga.id)?.saga.steps[0].attempts == 2)
        }
    }

    @Test("All that happens within one write is one row of history")
    func bundles() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            var saga = fixture.saga()
            _ = try await store.insert(saga, fixture.start("key"), lease: .seconds(60))
            try await store.save(
                try saga.change(
                    .stepUnknown(0, attempt: 1, error: "unavailable", random: 0), logged: "retry",
                    "resting", "waking"))
            try await store.save(try saga.change(.stepSucceeded(0), logged: "succeeded"))
            #expect(
                try await fixture.history(of: saga.id) == [
                    "1 retry", "2 resting", "3 waking", "4 succeeded",
                ])
            let rows = try await fixture.pool.query("SELECT sequence FROM saga_events ORDER BY 1")
            #expect(try rows.map { try $0.int64(0) } == [1, 4])
        }
    }

    @Test("A write that reaches the database after the one that followed it changes nothing")
    func overtaken() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            var saga = fixture.saga()
            _ = try await store.insert(saga, fixture.start("key"), lease: .seconds(60))
            let late = try saga.change(.stepSucceeded(0), logged: "succeeded")
            let refusal = Failure(step: "capture", code: "card_declined", message: "no")
            try await store.save(try saga.change(.stepRefused(1, refusal), logged: "refused"))
            await #expect(throws: SagaStoreError.fenced) { try await store.save(late) }
            #expect(try await store.load(saga.id) == saga)
            #expect(try await fixture.history(of: saga.id) == ["1 refused"])
        }
    }

    @Test("A saga goes on under the plan it began with, beside those under the next one")
    func olderPlan() async throws {
        let fixture = try await StoreFixture()
        let older = try SagaFlow(
            kind: "capture_payment", version: 0, [.begin(.capture), .capture])
        let now = Timestamp(microseconds: 1_767_225_600_000_000)
        var begun = SagaRecord(
            id: fixture.identifiers.next(SagaKind.self), saga: Saga(older.definition), input: [],
            createdAt: now, deadline: now + .seconds(60))
        let next = fixture.saga()
        try await fixture.withStore(flows: FlowBook(earlier: [older])) { store in
            _ = try await store.insert(begun, fixture.start("older"), lease: nil)
            try await store.save(
                try begun.change(.stepSucceeded(0), lease: .release(after: .zero)))
            _ = try await store.insert(next, fixture.start("next"), lease: nil)
            let claimed = try await store.claim(limit: 9, lease: .zero)
            let sagas = Dictionary(uniqueKeysWithValues: claimed.map { ($0.id, $0.saga) })
            #expect(sagas[begun.id]?.definition == older.definition)
            #expect(sagas[begun.id]?.command == .execute([StepAttempt(step: 1, attempt: 1)]))
            #expect(sagas[next.id]?.definition == fixture.flows.capturePayment.definition)
            var last = try #require(sagas[begun.id])
            _ = try last.receive(.stepSucceeded(1))
            #expect(last.status == .succeeded, "it has no step of the next plan to do")
        }
        // An orchestrator that does not know the plan leaves the saga to those that do.
        try await fixture.withStore { store in
            let claimed = try await store.claim(limit: 9, lease: .zero)
            #expect(claimed.map(\.id) == [next.id])
        }
        #expect(
            try await fixture.history(of: begun.id) == ["1 claimed"], "the first orchestrator's")
    }

    @Test("What nobody waited for is stored before the store closes")
    func closes() async throws {
        let fixture = try await StoreFixture()
        var saga = fixture.saga()
        let change = try saga.change(.stepSucceeded(0), logged: "succeeded")
        try await fixture.withStore { store in
            var fresh = saga
            fresh.saga = Saga(fixture.flows.capturePayment.definition)
            _ = try await store.insert(fresh, fixture.start("key"), lease: .seconds(60))
            store.saveEventually(change)
        }
        #expect(try await fixture.history(of: saga.id) == ["1 succeeded"])
    }

    @Test("A saga that never began leaves no row, and its key is free again")
    func discards() async throws {
        let fixture = try await StoreFixture()
        try await fixture.withStore { store in
            let saga = fixture.saga()
            _ = try await store.insert(saga, fixture.start("key"), lease: .seconds(60))
            await #expect(throws: SagaStoreError.fenced) {
                try await store.discard(saga.id, epoch: 2)
            }
            #expect(try await store.load(saga.id) != nil, "another's saga is left alone")
            try await store.discard(saga.id, epoch: 1)
            #expect(try await store.load(saga.id) == nil)
            try await store.discard(saga.id, epoch: 1)
            #expect(try await store.insert(fixture.saga(), fixture.start("key"), lease: nil).isNew)
        }
    }

    @Test("The service's role can add to the history and not change it")
    func leastPrivilege() async throws {
        let fixture = try await StoreFixture()
        for statement in [
            "UPDATE saga_events SET detail = ''", "DELETE FROM saga_events", "TRUNCATE sagas",
            "ALTER TABLE sagas ADD COLUMN x int",
        ] {
            let error = await #expect(throws: PostgresError.self) {
                try await fixture.pool.query(statement)
            }
            #expect(error?.code == .insufficientPrivilege, "\(statement)")
        }
    }
}

extension SagaInsertion {
    fileprivate var isNew: Bool { existing == nil }

    fileprivate var existing: SagaID? {
        switch self {
        case .inserted: nil
        case .existing(let id): id
        }
    }
}
