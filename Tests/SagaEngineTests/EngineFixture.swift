import Identifiers
import Logging
import SagaCore
import SagaEngine

extension EngineConfiguration {
    static let test = EngineConfiguration(
        lease: .seconds(9), concurrency: 100, sweepInterval: .milliseconds(500),
        longestRestInMemory: .seconds(2), pollInterval: .milliseconds(250))
}

/// A store, an executor, and engines over them.
struct EngineFixture {
    let time = ManualTime()
    let executor = ScriptedExecutor()
    let store: TestStore
    let identifiers: SystemIdentifierSource<SystemRandomNumberGenerator>

    init(forgetsEventually: Bool = false) {
        store = TestStore(time, forgetsEventually: forgetsEventually)
        identifiers = SystemIdentifierSource(clock: time)
    }

    func engine(_ configuration: EngineConfiguration = .test) -> Engine<TestStore> {
        Engine(
            store: store, executor: executor, configuration: configuration, clock: time,
            timer: time, random: { .max },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// How far apart the rounds are in which leases are renewed.
    var renewalInterval: Duration { EngineConfiguration.test.lease / 4 }

    /// Lets the next of them come.
    func renewalRound() async {
        await time.untilSomebodySleeps(for: renewalInterval)
        time.advance(by: renewalInterval)
    }

    /// begin and hold can be undone, capture decides, post follows.
    ///
    /// - Parameter isHoldAlongside: Whether hold is done at the same time as begin.
    func saga(isHoldAlongside: Bool = false) throws -> SagaRecord {
        func retry(_ attempts: Int, _ delay: Duration) -> RetryPolicy {
            RetryPolicy(
                attempts: attempts, firstDelay: delay, cap: .seconds(60),
                attemptTimeout: .seconds(5))
        }
        let definition = try SagaDefinition(
            kind: "test", version: 1,
            steps: [
                StepDefinition(
                    name: "begin", kind: .compensatable, retry: retry(2, .seconds(1)),
                    compensation: retry(3, .seconds(1))),
                StepDefinition(
                    name: "hold", kind: .compensatable, retry: retry(2, .seconds(1)),
                    compensation: retry(3, .seconds(1)), isAlongside: isHoldAlongside),
                StepDefinition(
                    name: "capture", kind: .pivot, retry: retry(2, .seconds(1)),
                    inDoubt: retry(9, .seconds(30))),
                StepDefinition(name: "post", kind: .retriable, retry: retry(5, .seconds(1))),
            ])
        return SagaRecord(
            id: identifiers.next(SagaKind.self), saga: Saga(definition), input: [],
            createdAt: time.now(), deadline: time.now() + .seconds(120))
    }

    /// Runs an engine while `body` does; then drains it.
    func running(
        _ engine: Engine<TestStore>, _ body: () async throws -> Void
    ) async throws {
        try await withoutActuallyEscaping(body) { body in
            async let run: Void = engine.run()
            do {
                try await body()
            } catch {
                engine.drain()
                await run
                throw error
            }
            engine.drain()
            await run
        }
    }

    func status(_ id: SagaID) -> SagaStatus? { store[id]?.record.saga.status }
}

extension SagaAnswer {
    var status: SagaStatus? {
        switch self {
        case .ended(let record), .running(let record): record.saga.status
        case .neverBegan, .missing: nil
        }
    }
}
