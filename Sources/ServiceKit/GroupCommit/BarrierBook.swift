internal import Identifiers
internal import Postgres
internal import RPC

/// The part of the fences and the operation barrier that a batch touches.
///
/// `saga_fence` keeps the highest epoch seen for each saga. `operation_barrier` keeps a row for each
/// operation that came, by DTM's rule: an action inserts its own row, a compensation inserts the
/// action's row first and then its own. Whoever finds the row there knows what happened before:
///
///     action,       no row           → do it
///     action,       own row          → a repeat: the stored answer
///     action,       compensation's   → it came too late: refuse
///     compensation, no action's row  → the action never happened: nothing to undo
///     compensation, action's row     → undo it
///     compensation, own row          → a repeat: the stored answer
///
/// Many operations are admitted in one transaction, each in turn, on what was stored before and
/// what those ahead of it recorded. The fences are locked before the rows are read, so that no
/// other process decides for the same saga at the same time; one that began a saga meanwhile makes
/// the insert fail, and the batch is decided again.
struct BarrierBook: Sendable {
    /// What an operation finds when it arrives.
    enum Arrival: Hashable {
        /// It is the first of its kind.
        case fresh
        /// A compensation without an action: it has to block the action's row.
        case nothingToUndo
        /// It was begun before, but has no answer yet.
        case unfinished
        case answered([UInt8])
        /// An action whose step was compensated.
        case blocked
        /// A repeat that asks for something else.
        case mismatch
    }

    private struct Key: Hashable, Sendable {
        let saga: UUID128
        let step: String
        let kind: Operation.Kind
    }

    fileprivate struct Row: Sendable {
        let origin: Operation.Kind
        let epoch: Int64
        let requestHash: [UInt8]?
        var answer: [UInt8]?
        var isStored: Bool
        var isChanged = false
    }

    private var fences: [UUID128: Int64] = [:]
    /// Those that had no fence when the batch began.
    private var unfenced: Set<UUID128> = []
    private var raised: Set<UUID128> = []
    private var rows: [Key: Row] = [:]
    /// In the order in which they were made.
    private var made: [Key] = []
    private var changed: [Key] = []

    static func queries(for operations: [Operation]) -> [PostgresStatement] {
        let sagas = operations.map(\.sagaID.uuid)
        guard let range = KeyRange(sagas) else { return [] }
        return [
            PostgresStatement(
                """
                SELECT saga_id, epoch FROM saga_fence WHERE \(range.areIn("saga_id"))
                ORDER BY saga_id FOR UPDATE
                """, range.parameters),
            PostgresStatement(
                """
                SELECT b.saga_id, b.step, b.operation, b.origin, b.epoch, b.request_hash, b.answer
                FROM unnest($1::uuid[], $2::text[]) AS o (saga_id, step)
                JOIN operation_barrier AS b ON b.saga_id = o.saga_id AND b.step = o.step
                """, [.uuidArray(sagas), .textArray(operations.map(\.step))]),
        ]
    }

    /// - Parameter results: Those of ``queries(for:)``.
    init(_ results: ArraySlice<PostgresResult>) throws {
        guard let fences = results.first, let rows = results.last else { return }
        for row in fences.rows { self.fences[try row.uuid(0)] = try row.int64(1) }
        for row in rows.rows {
            let key = Key(
                saga: try row.uuid(0), step: try row.text(1),
                kind: try Operation.Kind(stored: row.int16(2)))
            self.rows[key] = Row(
                origin: try Operation.Kind(stored: row.int16(3)), epoch: try row.int64(4),
                requestHash: try row.optionalBytes(5), answer: try row.optionalBytes(6),
                isStored: true)
        }
    }

    /// What the operation finds, its own row not yet written.
    ///
    /// - Throws: `stale_epoch`
    mutating func arrive(_ operation: Operation) throws(RPCError) -> Arrival {
        let saga = operation.sagaID.uuid
        let fence = self.fences[saga] ?? 0
        guard operation.epoch >= fence else { throw .staleEpoch(operation, current: fence) }
        if operation.epoch > fence {
            if self.fences[saga] == nil { self.unfenced.insert(saga) }
            self.fences[saga] = operation.epoch
            self.raised.insert(saga)
        }
        let action = self.rows[self.key(operation, .action)]
        let compensation = self.rows[self.key(operation, .compensation)]
        switch operation.kind {
        case .action:
            guard let action else { return .fresh }
            guard action.origin == .action else { return .blocked }
            // An answered action stays answered, even when it was compensated since: repeats agree.
            // One that was never finished may not finish after its compensation.
            let arrival = self.repeated(action, operation)
            return arrival == .unfinished && compensation != nil ? .blocked : arrival
        case .compensation:
            if let compensation { return self.repeated(compensation, operation) }
            return action == nil ? .nothingToUndo : .fresh
        }
    }

    private func repeated(_ row: Row, _ operation: Operation) -> Arrival {
        if let known = row.requestHash, let asked = operation.requestHash, known != asked {
            return .mismatch
        }
        return row.answer.map(Arrival.answered) ?? .unfinished
    }

    /// Writes the operation's row; of a compensation without an action, the action's as well.
    mutating func enter(_ operation: Operation, answer: [UInt8]?) {
        if operation.kind == .compensation, self.rows[self.key(operation, .action)] == nil {
            self.insert(operation, as: .action, answer: nil)
        }
        self.insert(operation, as: operation.kind, answer: answer)
    }

    /// Stores the answer of an operation that has a row.
    mutating func answer(_ operation: Operation, _ answer: [UInt8]) {
        let key = self.key(operation, operation.kind)
        self.rows[key]?.answer = answer
        guard self.rows[key]?.isStored == true, self.rows[key]?.isChanged == false else { return }
        self.rows[key]?.isChanged = true
        self.changed.append(key)
    }

    private mutating func insert(
        _ operation: Operation, as kind: Operation.Kind, answer: [UInt8]?
    ) {
        let key = self.key(operation, kind)
        // What a compensation asks for says nothing of what its action would have.
        let hash = kind == operation.kind ? operation.requestHash : nil
        self.rows[key] = Row(
            origin: operation.kind, epoch: operation.epoch, requestHash: hash, answer: answer,
            isStored: false)
        self.made.append(key)
    }

    private func key(_ operation: Operation, _ kind: Operation.Kind) -> Key {
        Key(saga: operation.sagaID.uuid, step: operation.step, kind: kind)
    }
}

extension BarrierBook {
    var statements: [PostgresStatement] {
        var statements: [PostgresStatement] = []
        let (new, known) = (
            self.raised.intersection(self.unfenced), self.raised.subtracting(self.unfenced)
        )
        // Not ON CONFLICT: whoever put a fence up meanwhile may have spoken with a higher epoch.
        if !new.isEmpty { statements.append(self.fenceRows(of: new).insertion(into: "saga_fence")) }
        if !known.isEmpty { statements.append(self.fenceRows(of: known).update(of: "saga_fence")) }
        if !self.made.isEmpty { statements.append(self.insertion) }
        if !self.changed.isEmpty { statements.append(self.answers) }
        return statements
    }

    private func fenceRows(of sagas: Set<UUID128>) -> RowBatch {
        var batch = RowBatch([.init("saga_id", .uuid), .init("epoch", .int64)])
        for saga in sagas.sorted() {
            batch.append([.uuid(saga), .int64(self.fences[saga] ?? 0)])
        }
        return batch
    }

    private var insertion: PostgresStatement {
        var batch = RowBatch([
            .init("saga_id", .uuid), .init("step", .text), .init("operation", .int16),
            .init("origin", .int16), .init("epoch", .int64), .init("request_hash", .bytes),
            .init("answer", .bytes),
        ])
        for key in self.made {
            guard let row = self.rows[key] else { continue }
            batch.append([
                .uuid(key.saga), .text(key.step), .int16(key.kind.stored),
                .int16(row.origin.stored), .int64(row.epoch),
                .optional(row.requestHash, PostgresValue.bytes),
                .optional(row.answer, PostgresValue.bytes),
            ])
        }
        return PostgresStatement(
            """
            INSERT INTO operation_barrier (\(batch.names), created_at)
            SELECT \(batch.names), now() FROM \(batch.source)
            """, batch.parameters)
    }

    private var answers: PostgresStatement {
        var batch = RowBatch([
            .init("saga_id", .uuid), .init("step", .text), .init("operation", .int16),
            .init("answer", .bytes),
        ])
        for key in self.changed {
            batch.append([
                .uuid(key.saga), .text(key.step), .int16(key.kind.stored),
                .optional(self.rows[key]?.answer, PostgresValue.bytes),
            ])
        }
        return PostgresStatement(
            """
            UPDATE operation_barrier AS b SET answer = r.answer FROM \(batch.source)
            WHERE b.saga_id = r.saga_id AND b.step = r.step AND b.operation = r.operation
            """, batch.parameters)
    }
}

// MARK: - One operation's changes

extension BarrierBook {
    /// What is restored when an operation is refused.
    struct Mark {
        fileprivate let operation: Operation
        fileprivate let action: Row?
        fileprivate let compensation: Row?
        fileprivate let fence: Int64?
        fileprivate let wasRaised: Bool
        fileprivate let made: Int
        fileprivate let changed: Int
    }

    func mark(_ operation: Operation) -> Mark {
        Mark(
            operation: operation, action: self.rows[self.key(operation, .action)],
            compensation: self.rows[self.key(operation, .compensation)],
            fence: self.fences[operation.sagaID.uuid],
            wasRaised: self.raised.contains(operation.sagaID.uuid), made: self.made.count,
            changed: self.changed.count)
    }

    mutating func rollBack(to mark: Mark) {
        self.rows[self.key(mark.operation, .action)] = mark.action
        self.rows[self.key(mark.operation, .compensation)] = mark.compensation
        self.fences[mark.operation.sagaID.uuid] = mark.fence
        if !mark.wasRaised { self.raised.remove(mark.operation.sagaID.uuid) }
        self.made.removeSubrange(mark.made...)
        self.changed.removeSubrange(mark.changed...)
    }
}
