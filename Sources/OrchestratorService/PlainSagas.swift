package import Identifiers
package import Logging
package import Postgres
internal import SagaCore
internal import SagaEngine

/// Sagas of five steps that have no effect, on the engine and in the store that payments use: what
/// a saga costs by itself.
package struct PlainSagas: Sendable {
    /// How long callers wait for one saga.
    private static let patience = Duration.seconds(30)

    private let plan: SagaDefinition
    private let engine: Engine<PostgresSagaStore>
    private let store: PostgresSagaStore
    private let clock: any WallClock
    private let identifiers: any IdentifierSource

    /// - Parameter database: With the orchestrator's schema.
    /// - Throws: ``SagaDefinitionError``
    package init(
        database: PostgresPool, clock: any WallClock, identifiers: any IdentifierSource,
        logger: Logger
    ) throws {
        let flows = try FlowBook()
        self.plan = flows.capturePayment.definition
        self.store = PostgresSagaStore(
            database: database, flows: flows, owner: identifiers.next(SagaKind.self).uuid,
            timer: SystemTimer(), logger: logger)
        self.engine = Engine(
            store: store, executor: NoEffects(), configuration: EngineConfiguration(),
            clock: clock, timer: SystemTimer(), random: { UInt64.random(in: .min ... .max) },
            logger: logger)
        self.clock = clock
        self.identifiers = identifiers
    }

    /// Carries sagas out for as long as `body` takes.
    package func running<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            group.addTask { await store.writer.run() }
            let result: Result<Value, any Error>
            do {
                result = .success(try await body())
            } catch {
                result = .failure(error)
            }
            engine.drain()
            try await group.next()
            store.writer.finish()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Starts a saga and waits for its end.
    ///
    /// - Returns: Whether it succeeded.
    package func runOne() async throws -> Bool {
        let now = clock.now()
        let id = identifiers.next(SagaKind.self)
        let record = SagaRecord(
            id: id, saga: Saga(plan), input: [], createdAt: now, deadline: now + Self.patience)
        let start = SagaStart(
            idempotencyKey: id.description, requestHash: [],
            paymentID: identifiers.next(PaymentKind.self), refundID: nil)
        let answer = try await engine.run(record, start, patience: Self.patience)
        guard case .ended(let ended) = answer else { return false }
        return ended.saga.status == .succeeded
    }
}

private struct NoEffects: SagaExecutor {
    func execute(_ call: StepCall) async -> StepOutcome { .succeeded(answer: []) }
    func compensate(_ call: StepCall) async -> CompensationOutcome { .compensated }
}
