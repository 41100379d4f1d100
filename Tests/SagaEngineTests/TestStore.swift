import Identifiers
import SagaCore
import SagaEngine
import Synchronization

/// Keeps sagas in memory by the rules of ``SagaStore``.
final class TestStore: SagaStore {
    struct Row {
        var record: SagaRecord
        var key: String
        var leaseUntil: Timestamp?
        var dueAt: Timestamp?
        var log: [SagaLogEntry] = []
    }

    private struct State {
        var rows: [SagaID: Row] = [:]
        var failures: [SagaStoreError] = []
        var waitedCount = 0
    }

    let time: ManualTime
    /// Whether changes that nobody waits for are lost, as a crash before the next batch loses them.
    let forgetsEventually: Bool
    private let state = Mutex(State())

    init(_ time: ManualTime, forgetsEventually: Bool = false) {
        self.time = time
        self.forgetsEventually = forgetsEventually
    }

    subscript(_ id: SagaID) -> Row? { state.withLock { $0.rows[id] } }

    /// How many writes somebody waited for.
    var waitedCount: Int { state.withLock(\.waitedCount) }

    /// The next saves and removals that somebody waits for fail so, one after the other.
    func fail(with errors: SagaStoreError...) {
        state.withLock { $0.failures += errors }
    }

    /// An operator, or another engine, takes a saga over whose lease has not run out.
    func takeOver(_ id: SagaID) {
        state.withLock { state in
            guard let epoch = state.rows[id]?.record.saga.epoch else { return }
            _ = try? state.rows[id]?.record.saga.receive(.claimed(epoch: epoch + 1))
        }
    }

    func insert(
        _ record: SagaRecord, _ details: String, lease: Duration?
    ) async throws -> SagaInsertion {
        let now = time.now()
        return state.withLock { state in
            state.waitedCount += 1
            if let existing = state.rows.values.first(where: { $0.key == details }) {
                return .existing(existing.record.id)
            }
            state.rows[record.id] = Row(
                record: record, key: details, leaseUntil: lease.map { now + $0 }, dueAt: now)
            return .inserted
        }
    }

    func save(_ change: SagaChange) async throws(SagaStoreError) {
        state.withLock { $0.waitedCount += 1 }
        if let failure = nextFailure() { throw failure }
        guard store(change) else { throw .fenced }
    }

    func saveEventually(_ change: SagaChange) {
        guard !forgetsEventually else { return }
        _ = store(change)
    }

    func discard(_ id: SagaID, epoch: Int64) async throws(SagaStoreError) {
        if let failure = nextFailure() { throw failure }
        state.withLock { $0.rows[id] = nil }
    }

    func claim(limit: Int, lease: Duration) async throws(SagaStoreError) -> [SagaRecord] {
        let now = time.now()
        return state.withLock { state in
            let due = state.rows.values.filter { row in
                guard let dueAt = row.dueAt, dueAt <= now else { return false }
                return row.leaseUntil.map { $0 < now } ?? true
            }
            return due.prefix(limit).compactMap { row in
                var row = row
                let epoch = row.record.saga.epoch + 1
                guard (try? row.record.saga.receive(.claimed(epoch: epoch))) != nil else {
                    return nil
                }
                row.leaseUntil = now + lease
                state.rows[row.record.id] = row
                return row.record
            }
        }
    }

    func renew(
        _ held: [SagaID: Int64], lease: Duration
    ) async throws(SagaStoreError) -> Set<SagaID> {
        let until = time.now() + lease
        return state.withLock { state in
            let kept = held.filter { state.rows[$0.key]?.record.saga.epoch == $0.value }
            for id in kept.keys { state.rows[id]?.leaseUntil = until }
            return Set(kept.keys)
        }
    }

    func load(_ id: SagaID) async throws(SagaStoreError) -> SagaRecord? { self[id]?.record }

    var failuresLeft: Int { state.withLock { $0.failures.count } }

    private func nextFailure() -> SagaStoreError? {
        state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
    }

    private func store(_ change: SagaChange) -> Bool {
        let now = time.now()
        return state.withLock { state in
            guard var row = state.rows[change.record.id],
                row.record.saga.epoch == change.record.saga.epoch
            else { return false }
            row.record = change.record
            row.log += change.log
            switch change.lease {
            case .keep: break
            case .release(let delay):
                row.leaseUntil = nil
                row.dueAt = now + delay
            case .end:
                row.leaseUntil = nil
                row.dueAt = nil
            }
            state.rows[change.record.id] = row
            return true
        }
    }
}
