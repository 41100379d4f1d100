internal import Identifiers
package import SagaCore
internal import SagaEngine

/// One process's way to the database. Changes leave in batches, one batch at a time, as those of
/// the PostgreSQL store do.
final class SimulatedStore: SagaStore, @unchecked Sendable {
    typealias Details = String

    struct Key: Hashable, Comparable {
        let saga: SagaID
        let epoch: Int64

        static func < (left: Key, right: Key) -> Bool {
            (left.saga, left.epoch) < (right.saga, right.epoch)
        }
    }

    struct Pending {
        var change: SagaChange
        var waiters: [Reply<Result<Void, SagaStoreError>>] = []

        func followed(by later: Pending) -> Pending {
            let merged = SagaChange(
                record: later.change.record, log: change.log + later.change.log,
                lease: later.change.lease)
            return Pending(change: merged, waiters: waiters + later.waiters)
        }
    }

    private static let longestDelay = Duration.milliseconds(50)

    unowned let process: Process
    private var pending: [Key: Pending] = [:]
    private var isFlushing = false
    private var isEverythingDue = false

    private var world: World { process.world }

    init(process: Process) { self.process = process }

    func insert(
        _ record: SagaRecord, _ details: String, lease: Duration?
    ) async throws -> SagaInsertion {
        if world.canary == .insertAnswersEarly {
            world.kernel.after(.milliseconds(30)) { [process] in
                guard !process.isDead else { return }
                process.roundTrip(Place(.insert)) {
                    process.world.database.insert(record, key: details, lease: lease)
                } done: { _ in
                }
            }
            return .inserted
        }
        return try await call(Place(.insert)) { [world] in
            world.database.insert(record, key: details, lease: lease)
        }
    }

    func save(_ change: SagaChange) async throws(SagaStoreError) {
        if world.canary == .saveAnswersEarly { return saveEventually(change) }
        let place = Place(.save, change.record.saga.status.number)
        await process.disturb(.before, at: place)
        let result = await process.ask(ifDead: .failure(.unavailable("dead"))) { reply in
            add(Pending(change: change, waiters: [reply]))
            flush()
        }
        await process.disturb(.after, at: place)
        if world.canary == .fenceUnheeded, case .failure(.fenced) = result { return }
        try result.get()
    }

    func saveEventually(_ change: SagaChange) {
        guard !process.isDead else { return }
        add(Pending(change: change))
        process.after(Self.longestDelay) { [self] in
            isEverythingDue = true
            flush()
        }
    }

    func discard(_ id: SagaID, epoch: Int64) async throws(SagaStoreError) {
        let isGone = try await call(Place(.discard)) { [world] in
            world.database.discard(id, epoch: epoch)
        }
        guard isGone else { throw .fenced }
    }

    func claim(limit: Int, lease: Duration) async throws(SagaStoreError) -> [SagaRecord] {
        try await call(Place(.claim)) { [world] in
            world.database.claim(limit: limit, lease: lease)
        }
    }

    func renew(
        _ held: [SagaID: Int64], lease: Duration
    ) async throws(SagaStoreError) -> Set<SagaID> {
        try await call(Place(.renew)) { [world] in
            world.database.renew(held, lease: lease)
        }
    }

    func load(_ id: SagaID) async throws(SagaStoreError) -> SagaRecord? {
        try await call(Place(.load)) { [world] in world.database.load(id) }
    }

    /// One statement, asked and answered.
    private func call<Value: Sendable>(
        _ place: Place, _ statement: @escaping () -> Value
    ) async throws(SagaStoreError) -> Value {
        await process.disturb(.before, at: place)
        let result: Result<Value, SagaStoreError> = await process.ask(
            ifDead: .failure(.unavailable("dead"))
        ) { reply in
            process.roundTrip(place, statement) { reply($0) }
        }
        await process.disturb(.after, at: place)
        return try result.get()
    }
}

// MARK: - The writer

extension SimulatedStore {
    private func add(_ new: Pending) {
        let key = Key(saga: new.change.record.id, epoch: new.change.record.saga.epoch)
        pending[key] = pending[key].map { $0.followed(by: new) } ?? new
    }

    private func flush() {
        guard !isFlushing, !process.isDead else { return }
        let isEverything = isEverythingDue
        let batch = pending.filter { isEverything || !$0.value.waiters.isEmpty }
        isEverythingDue = false
        guard !batch.isEmpty else { return }
        for key in batch.keys { pending[key] = nil }
        isFlushing = true
        let keys = batch.keys.sorted()
        process.roundTrip(Place(.flush)) { [world] in
            keys.map { key in batch[key].map { world.database.update($0.change) } ?? false }
        } done: { [self] result in
            isFlushing = false
            answer(batch, keys, result)
            flush()
        }
    }

    /// What nobody waits for is tried again with the next batch.
    private func answer(
        _ batch: [Key: Pending], _ keys: [Key], _ result: Result<[Bool], SagaStoreError>
    ) {
        for (index, key) in keys.enumerated() {
            guard let change = batch[key] else { continue }
            let outcome: Result<Void, SagaStoreError> =
                switch result {
                case .success(let stored): stored[index] ? .success(()) : .failure(.fenced)
                case .failure(let error): .failure(error)
                }
            for waiter in change.waiters { waiter(outcome) }
            if case .failure(.unavailable) = outcome, change.waiters.isEmpty {
                pending[key] = pending[key].map { change.followed(by: $0) } ?? change
            }
        }
    }
}

extension SagaStatus {
    /// Its place among all.
    package var number: Int { SagaStatus.allCases.firstIndex(of: self) ?? 0 }
}
