internal import Identifiers
internal import SagaCore
internal import SagaEngine

/// The table of sagas that all engines share. Each function is one transaction, by the rules of
/// ``SagaEngine/SagaStore`` as the PostgreSQL store keeps them.
final class Database {
    struct Row {
        var record: SagaRecord
        let key: String
        var isOwned: Bool
        var claimableAt: Timestamp?
    }

    unowned let world: World
    private(set) var rows: [SagaID: Row] = [:]
    private var keys: [String: SagaID] = [:]
    /// By how much its clock is ahead.
    var clockOffset = Duration.zero
    var isDown = false

    init(world: World) { self.world = world }

    private var now: Timestamp { world.kernel.now + clockOffset }

    func insert(_ record: SagaRecord, key: String, lease: Duration?) -> SagaInsertion {
        if let existing = keys[key] {
            if world.canary != .insertIgnoresKey { return .existing(existing) }
            world.auditor.keyInserted(key, whileKnown: true)
        }
        let claimableAt = now + (lease ?? .zero)
        rows[record.id] = Row(
            record: record, key: key, isOwned: lease != nil, claimableAt: claimableAt)
        keys[key] = record.id
        world.note("inserted", record.id, record.saga.epoch)
        world.auditor.inserted(record, leaseUntil: lease == nil ? nil : claimableAt)
        return .inserted
    }

    /// - Returns: Whether it was stored; if not, another has the saga.
    func update(_ change: SagaChange) -> Bool {
        let record = change.record
        guard var row = rows[record.id],
            row.record.saga.epoch == record.saga.epoch || world.canary == .storeWithoutFence
        else { return false }
        row.record = record
        switch change.lease {
        case .keep:
            break
        case .release(let delay):
            row.isOwned = false
            row.claimableAt = now + delay
        case .end:
            row.isOwned = false
            row.claimableAt = nil
        }
        rows[record.id] = row
        world.note("stored", record.id, record.saga.epoch, "\(record.saga.status)")
        world.auditor.stored(change)
        return true
    }

    /// - Returns: Whether the saga is gone; if not, another has it.
    func discard(_ id: SagaID, epoch: Int64) -> Bool {
        guard let row = rows[id] else { return true }
        guard row.record.saga.epoch == epoch || world.canary == .discardIgnoresEpoch else {
            return false
        }
        rows[id] = nil
        keys[row.key] = nil
        world.note("discarded", id, epoch)
        world.auditor.discarded(id, epoch: epoch)
        return true
    }

    func claim(limit: Int, lease: Duration) -> [SagaRecord] {
        let now = now
        let due = rows.values.filter { row in
            guard let claimableAt = row.claimableAt else { return false }
            return claimableAt <= now || world.canary == .claimIgnoresLease
        }
        let inOrder = due.map { ($0.claimableAt ?? now, $0.record.id) }.sorted { $0 < $1 }
        return inOrder.prefix(limit).compactMap { _, id in
            claim(id, until: now + lease)
        }
    }

    private func claim(_ id: SagaID, until: Timestamp) -> SagaRecord? {
        guard var row = rows[id], var record = load(id) else { return nil }
        let isEpochKept = world.canary == .claimWithoutEpoch
        let epoch = record.saga.epoch + (isEpochKept ? 0 : 1)
        if isEpochKept || world.canary == .claimForgetsOwner {
            var snapshot = record.saga.snapshot
            snapshot.epoch = epoch
            record.saga = restored(record.saga, snapshot)
        } else {
            do {
                _ = try record.saga.receive(.claimed(epoch: epoch))
            } catch {
                world.auditor.engineRefused("claim of \(id): \(error)")
            }
        }
        row.record = record
        row.isOwned = true
        row.claimableAt = until
        rows[id] = row
        world.note("claimed", id, epoch)
        world.auditor.claimed(
            id, epoch: epoch, steps: record.saga.steps, at: now, until: until)
        return record
    }

    /// - Returns: Those that are still held.
    func renew(_ held: [SagaID: Int64], lease: Duration) -> Set<SagaID> {
        let until = now + lease
        let ignoresEpoch = world.canary == .renewIgnoresEpoch
        let kept = held.keys.sorted().filter { id in
            guard let row = rows[id], row.isOwned else { return false }
            return row.record.saga.epoch == held[id] || ignoresEpoch
        }
        for id in kept {
            rows[id]?.claimableAt = until
            world.auditor.renewed(id, epoch: held[id] ?? 0, until: until)
        }
        return Set(kept)
    }

    /// As it is stored: without its rest, and without what its owner knows besides.
    func load(_ id: SagaID) -> SagaRecord? {
        guard var record = rows[id]?.record else { return nil }
        record.saga = restored(record.saga, record.saga.snapshot)
        return record
    }

    /// An operator has looked, and lets the saga go on.
    func resume(_ id: SagaID) {
        guard var row = rows[id], var record = load(id),
            (try? record.saga.receive(.resumed)) != nil
        else { return }
        world.note("resumed", id, record.saga.epoch)
        row.record = record
        row.claimableAt = now
        rows[id] = row
    }

    private func restored(_ saga: Saga, _ snapshot: SagaSnapshot) -> Saga {
        do {
            return try Saga(saga.definition, from: snapshot)
        } catch {
            world.auditor.engineRefused("a stored saga cannot be read: \(error)")
            return saga
        }
    }
}
