internal import Identifiers
internal import Logging
internal import Postgres
internal import SagaEngine
internal import Synchronization

/// Commits what is waiting as one batch, over and over: a durable commit costs the same for one
/// saga as for hundreds.
///
/// Changes that nobody waits for leave after a short while, or with a later change of their saga
/// that somebody waits for: most sagas get far meanwhile, and are then written once in place of at
/// each step. ``run()`` must be running for anything to be stored.
final class SagaWriter: Sendable {
    typealias Waiter<Value> = CheckedContinuation<Result<Value, SagaStoreError>, Never>

    struct Batch {
        var starts: [(row: NewSaga, waiter: Waiter<Bool>)] = []
        var changes: [PendingChange.Key: PendingChange] = [:]

        var isEmpty: Bool { starts.isEmpty && changes.isEmpty }
    }

    fileprivate struct State {
        var batch = Batch()
        /// Changes that somebody waits for.
        var awaited: Set<PendingChange.Key> = []
        /// Whether what nobody waits for is due as well.
        var isEverythingDue = false
        var isFinished = false
    }

    /// How long a change that nobody waits for may stay in memory only. A saga under load takes
    /// half a second: written more often, its row would cost more than its steps.
    private static let longestDelay = Duration.milliseconds(1_000)

    private let database: PostgresPool
    private let timer: any SagaTimer
    private let logger: Logger
    private let state = Mutex(State())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(database: PostgresPool, timer: any SagaTimer, logger: Logger) {
        self.database = database
        self.timer = timer
        self.logger = logger
        (self.signals, self.signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Stores batches until ``finish()``, and then what is left.
    func run() async {
        await withTaskGroup { group in
            group.addTask {
                while (try? await self.timer.sleep(for: Self.longestDelay)) != nil {
                    self.state.withLock { $0.isEverythingDue = true }
                    self.signal.yield()
                }
            }
            for await _ in self.signals { await self.flushAll() }
            self.state.withLock { $0.isEverythingDue = true }
            await self.flushAll()
            group.cancelAll()
        }
    }

    func finish() {
        state.withLock { state in
            state.isFinished = true
            state.isEverythingDue = true
        }
        signal.finish()
    }

    /// - Returns: Whether it was stored; if not, there is a saga with its idempotency key.
    func insert(_ row: NewSaga) async throws(SagaStoreError) -> Bool {
        try await enqueue { state, waiter in state.batch.starts.append((row, waiter)) }
    }

    func save(_ change: SagaChange) async throws(SagaStoreError) {
        try await enqueue { (state, waiter: Waiter<Void>) in
            var pending = PendingChange(change)
            pending.waiters = [waiter]
            state.awaited.insert(pending.key)
            state.add(pending)
        }
    }

    func saveEventually(_ change: SagaChange) {
        state.withLock { $0.add(PendingChange(change)) }
    }

    private func enqueue<Value: Sendable>(
        _ add: @Sendable (inout State, Waiter<Value>) -> Void
    ) async throws(SagaStoreError) -> Value {
        let result = await withCheckedContinuation { (waiter: Waiter<Value>) in
            let isFinished = state.withLock { state in
                if !state.isFinished { add(&state, waiter) }
                return state.isFinished
            }
            if isFinished {
                waiter.resume(returning: .failure(.unavailable("the store is closed")))
            }
            signal.yield()
        }
        return try result.get()
    }

    private func flushAll() async {
        while true {
            let batch = state.withLock { $0.takeDue() }
            guard !batch.isEmpty else { return }
            guard await flush(batch) else { return }
        }
    }

    /// - Returns: Whether it was stored.
    private func flush(_ batch: Batch) async -> Bool {
        let changes = Array(batch.changes.values)
        do throws(PostgresError) {
            let results = try await store(batch.starts.map(\.row), changes)
            try answer(batch, inserted: results.inserted, updated: results.updated)
            return true
        } catch {
            logger.warning("sagas not stored", metadata: ["error": "\(String(reflecting: error))"])
            fail(batch, with: error)
            return false
        }
    }

    /// Rows may be locked by a sweep or a renewal in another order: whoever is thrown out by that
    /// comes again.
    private func store(
        _ starts: [NewSaga], _ changes: [PendingChange]
    ) async throws(PostgresError) -> (inserted: [PostgresRow], updated: [PostgresRow]) {
        var statements: [PostgresStatement] = []
        if !starts.isEmpty { statements.append(NewSaga.insertion(of: starts)) }
        if !changes.isEmpty { statements.append(PendingChange.update(by: changes)) }
        let results = try await carryOut(statements)
        return (
            starts.isEmpty ? [] : results[0].rows,
            changes.isEmpty ? [] : results[results.count - 1].rows
        )
    }

    private func carryOut(
        _ statements: [PostgresStatement]
    ) async throws(PostgresError) -> [PostgresResult] {
        for attempt in 1...5 {
            do throws(PostgresError) {
                return try await database.pipeline(statements)
            } catch {
                guard error.code == .deadlock || error.code == .serializationFailure else {
                    throw error
                }
                try? await timer.sleep(for: .milliseconds(Int.random(in: 0...(2 << attempt))))
            }
        }
        return try await database.pipeline(statements)
    }

    private func answer(
        _ batch: Batch, inserted: [PostgresRow], updated: [PostgresRow]
    ) throws(PostgresError) {
        var begun: Set<SagaID> = []
        for row in inserted { begun.insert(SagaID(uuid: try row.uuid(0))) }
        var stored: Set<PendingChange.Key> = []
        for row in updated {
            let id = SagaID(uuid: try row.uuid(0))
            stored.insert(PendingChange.Key(saga: id, epoch: try row.int64(1)))
        }
        for start in batch.starts {
            start.waiter.resume(returning: .success(begun.contains(start.row.record.id)))
        }
        for (key, change) in batch.changes {
            let result: Result<Void, SagaStoreError> =
                stored.contains(key) ? .success(()) : .failure(.fenced)
            for waiter in change.waiters { waiter.resume(returning: result) }
        }
    }

    /// Tells who waits; what nobody waits for is tried again with the next batch.
    private func fail(_ batch: Batch, with error: PostgresError) {
        let failure = SagaStoreError.unavailable("\(error)")
        for start in batch.starts { start.waiter.resume(returning: .failure(failure)) }
        for change in batch.changes.values {
            for waiter in change.waiters { waiter.resume(returning: .failure(failure)) }
        }
        state.withLock { state in
            for (key, change) in batch.changes where change.waiters.isEmpty {
                state.batch.changes[key] =
                    state.batch.changes[key].map { change.followed(by: $0) } ?? change
            }
        }
    }
}

extension SagaWriter.State {
    /// What somebody waits for, and what has waited long enough by itself.
    fileprivate mutating func takeDue() -> SagaWriter.Batch {
        defer { self.awaited = [] }
        if self.isEverythingDue {
            self.isEverythingDue = false
            defer { self.batch = SagaWriter.Batch() }
            return self.batch
        }
        var due = SagaWriter.Batch()
        due.starts = self.batch.starts
        self.batch.starts = []
        for key in self.awaited { due.changes[key] = self.batch.changes.removeValue(forKey: key) }
        return due
    }

    fileprivate mutating func add(_ change: PendingChange) {
        batch.changes[change.key] =
            batch.changes[change.key].map { $0.followed(by: change) } ?? change
    }
}
