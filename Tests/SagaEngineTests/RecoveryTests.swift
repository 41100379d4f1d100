import Identifiers
import SagaCore
import SagaEngine
import Testing

@Suite("Recovery of sagas", .timeLimit(.minutes(1)))
struct RecoveryTests {
    let fixture = EngineFixture()
    var executor: ScriptedExecutor { fixture.executor }
    var store: TestStore { fixture.store }
    var time: ManualTime { fixture.time }

    @Test("A drained engine gives its sagas back, and another goes on at once")
    func drain() async throws {
        let saga = try fixture.saga()
        executor.hold(saga.id)
        let first = fixture.engine()
        async let run: Void = first.run()
        _ = try await first.start(saga, "key")
        await until { !executor.calls.isEmpty }
        first.drain()
        executor.letGo(saga.id)
        await run
        #expect(store[saga.id]?.leaseUntil == nil)
        #expect(executor.calls == ["begin"])

        let second = fixture.engine()
        try await fixture.running(second) {
            let answer = try await second.follow(saga.id, patience: .seconds(60))
            #expect(answer.status == .running || answer.status == .succeeded)
            await until { fixture.status(saga.id) == .succeeded }
        }
        #expect(executor.calls == ["begin", "hold", "capture", "post"])
        #expect(executor.epochs == [1, 2, 2, 2])
    }

    @Test("A killed engine's sagas are claimed when their lease has run out, and repeated")
    func killed() async throws {
        let fixture = EngineFixture(forgetsEventually: true)
        let saga = try fixture.saga()
        let first = fixture.engine()
        let run = Task { await first.run() }
        fixture.executor.script("begin", .succeeded(answer: []))
        fixture.executor.script("hold", .unknown("unavailable"))
        _ = try await first.start(saga, "key")
        await fixture.time.untilSomebodySleeps(for: .nanoseconds(999_999_999))
        run.cancel()
        await run.value
        #expect(fixture.store[saga.id]?.record.saga.steps[0].status == .pending, "lost")

        let second = fixture.engine()
        try await fixture.running(second) {
            await fixture.time.untilSomebodySleeps(for: .milliseconds(500))
            #expect(fixture.executor.epochs == [1, 1])
            fixture.time.advance(by: .seconds(10))
            await until { fixture.status(saga.id) == .succeeded }
        }
        #expect(fixture.executor.epochs == [1, 1, 2, 2, 2, 2])
    }

    @Test("Leases are renewed while a step takes long")
    func renews() async throws {
        let saga = try fixture.saga()
        executor.hold(saga.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            _ = try await engine.start(saga, "key")
            let before = try #require(store[saga.id]?.leaseUntil)
            await fixture.renewalRound()
            await time.untilSomebodySleeps(for: fixture.renewalInterval)
            #expect(store[saga.id]?.leaseUntil == before, "most sagas end before it matters")
            await fixture.renewalRound()
            await until { (store[saga.id]?.leaseUntil).map { $0 > before } ?? false }
            executor.letGo(saga.id)
        }
    }

    @Test("An engine that loses a lease at its renewal begins no further step")
    func losesLease() async throws {
        let saga = try fixture.saga()
        executor.hold(saga.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            _ = try await engine.start(saga, "key")
            await until { executor.calls == ["begin"] }
            store.takeOver(saga.id)
            await fixture.renewalRound()
            await fixture.renewalRound()
            await time.untilSomebodySleeps(for: fixture.renewalInterval)
            executor.letGo(saga.id)
            let another = try await engine.run(
                try fixture.saga(), "another", patience: .seconds(60))
            #expect(another.status == .succeeded)
        }
        #expect(executor.calls.count { $0 == "hold" } == 1, "only the other saga's")
    }

    @Test("An engine whose saga was claimed by another lets go of it")
    func fenced() async throws {
        let saga = try fixture.saga()
        store.fail(with: .fenced)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(7))
            await until { executor.calls.count == 2 }
            await time.untilSomebodySleeps(for: .seconds(7))
            time.advance(by: .seconds(7))
            let answerStatus = try await answer.status
            #expect(answerStatus == .running)
        }
        #expect(executor.calls == ["begin", "hold"], "the pivot's intent was not stored")
    }

    @Test("The pivot waits until its intent is stored")
    func storeUnavailable() async throws {
        let saga = try fixture.saga()
        store.fail(with: .unavailable("down"), .unavailable("down"))
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(60))
            await time.untilSomebodySleeps(for: .milliseconds(50))
            #expect(executor.calls == ["begin", "hold"])
            time.advance(by: .milliseconds(50))
            await time.untilSomebodySleeps(for: .milliseconds(100))
            time.advance(by: .milliseconds(100))
            let answerStatus = try await answer.status
            #expect(answerStatus == .succeeded)
        }
    }

    @Test("A refusal is told once the saga is gone, and not if another has it")
    func refusedElsewhere() async throws {
        let failure = Failure(step: "begin", code: "payment_busy")
        executor.script("begin", .refused(failure, answer: [], error: CancellationError()))
        store.fail(with: .unavailable("down"), .fenced)
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(7))
            await time.untilSomebodySleeps(for: .milliseconds(50))
            await time.untilSomebodySleeps(for: .seconds(7))
            time.advance(by: .milliseconds(50))
            await until { store.failuresLeft == 0 }
            time.advance(by: .seconds(7))
            let status = try await answer.status
            #expect(status == .running, "another goes on with it, and it may succeed")
        }
    }

    @Test("A participant that has seen a higher epoch ends the turn")
    func staleEpoch() async throws {
        executor.script("hold", .fenced)
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            _ = try await engine.start(saga, "key")
            await until { executor.calls.count == 2 }
        }
        #expect(executor.calls == ["begin", "hold"])
        #expect(store[saga.id]?.leaseUntil != nil, "its lease runs out by itself")
    }

    @Test("A compensation that fails for good waits for an operator")
    func needsAttention() async throws {
        let failure = Failure(step: "hold", code: "balance_insufficient")
        executor.script("hold", .refused(failure, answer: [], error: CancellationError()))
        executor.scriptUndoing("begin", .refused("payment_intent_unexpected_state"))
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            let answer = try await engine.run(saga, "key", patience: .seconds(60))
            #expect(answer.status == .needsAttention)
        }
        #expect(store[saga.id]?.dueAt == nil)
    }
}
