internal import Identifiers
internal import LedgerCore
internal import RPC
internal import ServiceKit

/// The fences and the operation barrier, as the journal's entries of operations make them.
///
/// The rules are those of ServiceKit's barrier, for many operations in one commit: each is admitted
/// in turn, on what was recorded before it. The newest sagas are remembered; an older one must be
/// loaded before it is asked about: see ``knows(_:)``.
struct OperationBook: Sendable {
    enum Admission {
        /// Do it, then record it.
        case fresh
        /// It was done before, with this answer.
        case repeated([ResultCode])
        /// The action never happened, and from now on it cannot.
        case nothingToUndo
    }

    private enum Undo {
        case fence(SagaID, before: Fence?)
        case row(UUID128)
    }

    private struct Fence: Sendable {
        var epoch: Int64
        var time: Timestamp
    }

    private var fences: RecentTable<Fence>
    private var rows: RecentTable<OperationRecord>
    private var undo: [Undo] = []
    /// All operations from then on are remembered.
    private var completeSince: Timestamp

    /// How far a saga's id, which says when it was made, may be ahead of the ledger's clock.
    private static let clockSkew = Duration.seconds(600)

    init(recent: Int, completeSince: Timestamp) {
        self.fences = RecentTable(limit: recent)
        self.rows = RecentTable(limit: recent * 2)
        self.completeSince = completeSince
    }

    /// Whether all that the journal has of the saga is here. Of one that is younger than what is
    /// remembered there is nothing else.
    func knows(_ saga: SagaID) -> Bool {
        self.fences[saga.uuid] != nil
            || saga.uuid.timeInIt > self.completeSince + Self.clockSkew
    }

    /// Takes up what the journal has of a saga, or that it has nothing.
    mutating func load(_ records: [OperationRecord], of saga: SagaID) {
        self.fences[saga.uuid] = self.fences[saga.uuid] ?? Fence(epoch: 0, time: .unset)
        for record in records { self.load(record) }
    }

    mutating func load(_ record: OperationRecord) {
        let fence = self.fences[record.sagaID.uuid]
        if record.epoch >= fence?.epoch ?? 0 {
            self.fences[record.sagaID.uuid] = Fence(epoch: record.epoch, time: record.time)
        }
        if record.kind != nil { self.rows[record.id] = record }
    }

    /// Whether the operation is to be done.
    ///
    /// - Parameter journal: Takes what must be written whatever comes after.
    /// - Throws: `stale_epoch` if a later orchestrator has spoken for the saga; `operation_blocked`
    ///   for an action whose compensation came first; `operation_mismatch` if the step was asked
    ///   for something else before.
    mutating func admit(
        _ operation: Operation, at time: Timestamp, _ journal: (OperationRecord) -> Void
    ) throws(RPCError) -> Admission {
        let fence = self.fences[operation.sagaID.uuid]?.epoch ?? 0
        guard operation.epoch >= fence else { throw .staleEpoch(operation, current: fence) }
        if let row = self.rows[OperationRecord.id(of: operation, as: operation.kind)] {
            self.raiseFence(operation, above: fence, at: time, journal)
            guard row.origin == operation.kind else { throw .operationBlocked(operation) }
            guard row.requestHash == operation.requestHash else {
                throw .operationMismatch(operation)
            }
            return .repeated(row.answer)
        }
        guard operation.kind == .compensation,
            self.rows[OperationRecord.id(of: operation, as: .action)] == nil
        else {
            self.raiseFence(operation, above: fence, at: time, journal)
            return .fresh
        }
        self.record(operation, as: .action, answer: [], at: time, journal)
        self.record(
            operation, as: .compensation, answer: [], at: time + .microseconds(1), journal)
        return .nothingToUndo
    }

    /// Keeps the answer of an operation that was ``Admission/fresh`` and was done.
    mutating func record(
        _ operation: Operation, answer: [ResultCode], at time: Timestamp,
        _ journal: (OperationRecord) -> Void
    ) {
        self.record(operation, as: operation.kind, answer: answer, at: time, journal)
    }

    /// A fence that moved must hold even if what moved it is then refused.
    private mutating func raiseFence(
        _ operation: Operation, above fence: Int64, at time: Timestamp,
        _ journal: (OperationRecord) -> Void
    ) {
        // The first epoch of a saga raises nothing that an absent fence would not refuse as well.
        guard operation.epoch > fence, fence > 0 || operation.epoch > 1 else { return }
        self.keep(OperationRecord(fenceOf: operation, at: time), journal)
    }

    private mutating func record(
        _ operation: Operation, as kind: Operation.Kind, answer: [ResultCode],
        at time: Timestamp, _ journal: (OperationRecord) -> Void
    ) {
        self.keep(OperationRecord(operation, as: kind, answer: answer, at: time), journal)
    }

    private mutating func keep(
        _ record: OperationRecord, _ journal: (OperationRecord) -> Void
    ) {
        self.undo.append(
            .fence(record.sagaID, before: self.fences[record.sagaID.uuid]))
        if record.kind != nil { self.undo.append(.row(record.id)) }
        self.load(record)
        journal(record)
    }
}

// MARK: - Undoing

extension OperationBook {
    var mark: Int { self.undo.count }

    mutating func rollBack(to mark: Int) {
        while self.undo.count > mark, let step = self.undo.popLast() {
            switch step {
            case .fence(let saga, let before): self.fences[saga.uuid] = before
            case .row(let id): self.rows[id] = nil
            }
        }
    }

    /// What came before `mark` is durable.
    mutating func settle(upTo mark: Int) {
        self.undo.removeFirst(mark)
        self.trim()
    }

    mutating func trim() {
        let forgotten = [self.fences.trim()?.time, self.rows.trim()?.time].compactMap(\.self)
        for time in forgotten where time >= self.completeSince {
            self.completeSince = time + .microseconds(1)
        }
    }
}

extension UUID128 {
    /// The moment that an id which rises with time begins with, in milliseconds.
    fileprivate var timeInIt: Timestamp {
        Timestamp(microseconds: Int64(self.high >> 16) * 1_000)
    }
}
