internal import Identifiers
internal import RPC
internal import ServiceKit

/// The part of the fences and the operation barrier that a batch touches.
///
/// The rules are those of ServiceKit's barrier, for many operations in one transaction: each is
/// admitted in turn, on what was stored before and what those ahead of it in the batch recorded.
struct BarrierBook: Sendable {
    struct Key: Hashable, Sendable {
        let sagaID: UUID128
        let step: String
        let kind: Operation.Kind
    }

    struct Row: Sendable {
        /// Which kind of operation made the row: a compensation also makes the row of an action
        /// that never came, and so keeps it from ever happening.
        let origin: Operation.Kind
        let epoch: Int64
        let requestHash: [UInt8]?
        let answer: [UInt8]
    }

    enum Admission {
        /// Do it, then record it.
        case fresh
        /// It was done before, with this answer.
        case repeated(answer: [UInt8])
        /// The action never happened, and from now on it cannot.
        case nothingToUndo
    }

    private var fences: [UUID128: Int64] = [:]
    private var rows: [Key: Row] = [:]
    /// Sagas whose fence was raised, with their new epoch.
    private(set) var raisedFences: [UUID128: Int64] = [:]
    private(set) var newRows: [(key: Key, row: Row)] = []

    mutating func load(fence epoch: Int64, of sagaID: UUID128) {
        self.fences[sagaID] = epoch
    }

    mutating func load(_ row: Row, for key: Key) {
        self.rows[key] = row
    }

    /// Whether the operation is to be done.
    ///
    /// - Throws: `stale_epoch` if a later orchestrator has spoken for the saga; `operation_blocked`
    ///   for an action whose compensation came first; `operation_mismatch` if the step was asked
    ///   for something else before.
    mutating func admit(_ operation: Operation) throws(RPCError) -> Admission {
        try self.raiseFence(for: operation)
        if let row = self.rows[self.key(of: operation, as: operation.kind)] {
            guard row.origin == operation.kind else { throw .operationBlocked(operation) }
            guard row.requestHash == operation.requestHash else {
                throw .operationMismatch(operation)
            }
            return .repeated(answer: row.answer)
        }
        guard operation.kind == .compensation,
            self.rows[self.key(of: operation, as: .action)] == nil
        else { return .fresh }
        self.insert(operation, as: .action, answer: [])
        self.insert(operation, as: .compensation, answer: [])
        return .nothingToUndo
    }

    /// Keeps the answer of an operation that was ``Admission/fresh`` and was done.
    mutating func record(_ operation: Operation, answer: [UInt8]) {
        self.insert(operation, as: operation.kind, answer: answer)
    }

    private mutating func raiseFence(for operation: Operation) throws(RPCError) {
        let sagaID = operation.sagaID.uuid
        let fence = self.fences[sagaID] ?? 0
        guard operation.epoch >= fence else {
            throw .staleEpoch(operation, current: fence)
        }
        guard operation.epoch > fence else { return }
        self.fences[sagaID] = operation.epoch
        self.raisedFences[sagaID] = operation.epoch
    }

    private mutating func insert(
        _ operation: Operation, as kind: Operation.Kind, answer: [UInt8]
    ) {
        let key = self.key(of: operation, as: kind)
        let row = Row(
            origin: operation.kind, epoch: operation.epoch,
            requestHash: operation.requestHash, answer: answer)
        self.rows[key] = row
        self.newRows.append((key, row))
    }

    private func key(of operation: Operation, as kind: Operation.Kind) -> Key {
        Key(sagaID: operation.sagaID.uuid, step: operation.step, kind: kind)
    }
}
