import Identifiers
import SagaCore
import SagaEngine
import Testing

@Suite("Engine", .timeLimit(.minutes(1)))
struct EngineTests {
    let fixture = EngineFixture()
    var executor: ScriptedExecutor { fixture.executor }
    var store: TestStore { fixture.store }
    var time: ManualTime { fixture.time }

    @Test("Does the steps in order and tells who waits")
    func succeeds() async throws {
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            let answer = try await engine.run(saga, "key", patience: .seconds(60))
            #expect(answer.status == .succeeded)
        }
        #expect(executor.calls == ["begin", "hold", "capture", "post"])
        let row = try #require(store[saga.id])
        #expect(row.record.saga.status == .succeeded)
        #expect(row.record.notes.allSatisfy { $0.answer == [1] && $0.endedAt != nil })
        #expect(row.leaseUntil == nil && row.dueAt == nil)
        #expect(
            row.log.map(\.type)
                == ["succeeded", "succeeded", "succeeded", "succeeded", "saga_succeeded"])
        // Its start, the pivot's intent and its end: nobody waits for the rest.
        #expect(store.waitedCount == 3)
    }

    @Test("A refusal undoes what was done, last first")
    func compensates() async throws {
        let refusal = Failure(step: "capture", code: "card_declined")
        executor.script("capture", .refused(refusal, answer: [7], error: CancellationError()))
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            let answer = try await engine.run(saga, "key", patience: .seconds(60))
            #expect(answer.status == .compensated)
        }
        #expect(executor.calls == ["begin", "hold", "capture", "undo hold", "undo begin"])
        #expect(store[saga.id]?.record.saga.failure == refusal)
        #expect(store[saga.id]?.record.notes[2].answer == [7])
    }

    @Test("Steps side by side are under way at the same time, and the next waits for both")
    func sideBySide() async throws {
        let saga = try fixture.saga(isHoldAlongside: true)
        executor.hold(saga.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(60))
            await until { executor.calls.count == 2 }
            executor.letGo(saga.id)
            let status = try await answer.status
            #expect(status == .succeeded)
        }
        #expect(Set(executor.calls.prefix(2)) == ["begin", "hold"])
        #expect(executor.calls.dropFirst(2) == ["capture", "post"])
        #expect(store[saga.id]?.record.notes.allSatisfy { $0.answer == [1] } == true)
        #expect(store.waitedCount == 3)
    }

    @Test("What was done beside a step that refuses is heard of first, and undone")
    func refusedBeside() async throws {
        let refusal = Failure(step: "begin", code: "payment_busy")
        executor.script("begin", .refused(refusal, answer: [], error: CancellationError()))
        let saga = try fixture.saga(isHoldAlongside: true)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            let answer = try await engine.run(saga, "key", patience: .seconds(60))
            #expect(answer.status == .compensated)
        }
        #expect(executor.calls.dropFirst(2) == ["undo hold"])
        let row = try #require(store[saga.id])
        #expect(row.record.saga.steps.prefix(2).map(\.status) == [.failed, .compensated])
        #expect(row.record.notes[1].answer == [1])
    }

    @Test("A first step that refuses at once leaves no saga behind")
    func neverBegan() async throws {
        struct Refused: Error {}
        let failure = Failure(step: "begin", code: "payment_busy")
        executor.script("begin", .refused(failure, answer: [], error: Refused()))
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            let answer = try await engine.run(saga, "key", patience: .seconds(60))
            guard case .neverBegan(let error) = answer else {
                Issue.record("answered \(answer)")
                return
            }
            #expect(error is Refused)
        }
        #expect(store[saga.id] == nil)
    }

    @Test("Callers with the same key wait for the same saga")
    func joins() async throws {
        let saga = try fixture.saga()
        let again = try fixture.saga()
        executor.hold(saga.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let first = engine.run(saga, "key", patience: .seconds(60))
            await until { !executor.calls.isEmpty }
            async let second = engine.run(again, "key", patience: .seconds(60))
            executor.letGo(saga.id)
            let firstStatus = try await first.status
            #expect(firstStatus == .succeeded)
            await time.untilSomebodySleeps(for: .milliseconds(500))
            time.advance(by: .milliseconds(250))
            let secondStatus = try await second.status
            #expect(secondStatus == .succeeded)
        }
        #expect(executor.calls.count == 4)
        #expect(store[again.id] == nil)
    }

    @Test("Who runs out of patience learns that the saga goes on")
    func patience() async throws {
        let saga = try fixture.saga()
        executor.hold(saga.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(7))
            await time.untilSomebodySleeps(for: .seconds(7))
            time.advance(by: .seconds(7))
            let answerStatus = try await answer.status
            #expect(answerStatus == .running)
            executor.letGo(saga.id)
            await until { fixture.status(saga.id) == .succeeded }
        }
    }

    @Test("A short rest is slept through, a long one is left to the store")
    func rests() async throws {
        executor.script("begin", .unknown("unavailable"))
        executor.script("capture", .inDoubt)
        let saga = try fixture.saga()
        let engine = fixture.engine()
        try await fixture.running(engine) {
            async let answer = engine.run(saga, "key", patience: .seconds(100))
            await time.untilSomebodySleeps(for: .nanoseconds(999_999_999))
            #expect(store[saga.id]?.leaseUntil != nil)
            time.advance(by: .seconds(1))
            await until { store[saga.id]?.leaseUntil == nil && executor.calls.count == 4 }
            #expect(store[saga.id]?.record.saga.steps[2].status == .inDoubt)
            await time.untilSomebodySleeps(for: .milliseconds(500))
            time.advance(by: .seconds(30))
            let answerStatus = try await answer.status
            #expect(answerStatus == .succeeded)
        }
        #expect(executor.calls == ["begin", "begin", "hold", "capture", "capture", "post"])
        #expect(executor.epochs == [1, 1, 1, 1, 2, 2])
    }

    @Test("A saga that hangs blocks no other")
    func badSaga() async throws {
        let bad = try fixture.saga()
        let good = try fixture.saga()
        executor.hold(bad.id)
        let engine = fixture.engine()
        try await fixture.running(engine) {
            _ = try await engine.start(bad, "bad")
            let answer = try await engine.run(good, "good", patience: .seconds(60))
            #expect(answer.status == .succeeded)
            #expect(fixture.status(bad.id) == .running)
            executor.letGo(bad.id)
        }
    }

    @Test("No more sagas are driven at once than configured; the others wait in the store")
    func concurrency() async throws {
        var configuration = EngineConfiguration.test
        configuration.concurrency = 1
        let first = try fixture.saga()
        let second = try fixture.saga()
        executor.hold(first.id)
        let engine = fixture.engine(configuration)
        try await fixture.running(engine) {
            _ = try await engine.start(first, "first")
            _ = try await engine.start(second, "second")
            #expect(store[second.id]?.leaseUntil == nil)
            executor.letGo(first.id)
            await until { fixture.status(first.id) == .succeeded }
            await time.untilSomebodySleeps(for: .milliseconds(500))
            await until {
                time.advance(by: .milliseconds(500))
                return fixture.status(second.id) == .succeeded
            }
        }
    }
}
