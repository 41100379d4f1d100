internal import Identifiers
internal import Postgres
internal import RPC

/// The guard of a participant's steps: two tables, in the same transaction as the effect.
///
/// `saga_fence` keeps the highest epoch seen for each saga. Moving it forward locks its row, so
/// that operations of one saga go through here one at a time.
///
/// `operation_barrier` keeps a row for each operation that came, by DTM's rule: an action inserts
/// its own row, a compensation inserts the action's row first and then its own. Whoever finds the
/// row there knows what happened before:
///
///     action,       no row           → do it
///     action,       own row          → a repeat: the stored answer
///     action,       compensation's   → it came too late: refuse
///     compensation, no action's row  → the action never happened: nothing to undo
///     compensation, action's row     → undo it
///     compensation, own row          → a repeat: the stored answer
struct OperationBarrier {
    /// What an operation finds when it arrives.
    enum Arrival: Hashable {
        /// It is the first of its kind, and its row is written.
        case fresh
        /// A compensation without an action: its row is written, and blocks the action's.
        case nothingToUndo
        /// It was begun before, but has no answer yet.
        case unfinished
        case answered([UInt8])
        /// An action whose step was compensated.
        case blocked
        /// A repeat that asks for something else.
        case mismatch
    }

    let operation: Operation

    private static let moveFence = """
        INSERT INTO saga_fence (saga_id, epoch) VALUES ($1, $2)
        ON CONFLICT (saga_id) DO UPDATE SET epoch = excluded.epoch
            WHERE saga_fence.epoch <= excluded.epoch
        RETURNING epoch
        """

    private static let insertRow = """
        INSERT INTO operation_barrier
            (saga_id, step, operation, origin, epoch, request_hash, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, now())
        ON CONFLICT DO NOTHING
        RETURNING operation
        """

    private static let selectRows = """
        SELECT operation, origin, request_hash, answer FROM operation_barrier
        WHERE saga_id = $1 AND step = $2
        """

    private static let storeAnswer = """
        UPDATE operation_barrier SET answer = $4, epoch = $5
        WHERE saga_id = $1 AND step = $2 AND operation = $3
        """

    /// Moves the fence, writes the rows and reads what was there, in one round trip.
    ///
    /// - Throws: `ABORTED` (`stale_epoch`); `PostgresError`
    func enter(_ transaction: PostgresTransaction) async throws -> Arrival {
        var statements = [self.fence, self.insert(.action)]
        if self.operation.kind == .compensation { statements.append(self.insert(.compensation)) }
        statements.append(self.select)
        let results = try await transaction.pipeline(statements)
        guard !results[0].rows.isEmpty else { throw RPCError.staleEpoch(self.operation) }
        let rows = try Rows(results[results.count - 1].rows)
        let isActionNew = !results[1].rows.isEmpty
        switch self.operation.kind {
        case .action:
            return isActionNew ? .fresh : self.arrivalOfLateAction(rows)
        case .compensation where results[2].rows.isEmpty:
            return self.arrivalOfRepeat(rows.compensation)
        case .compensation:
            return isActionNew ? .nothingToUndo : .fresh
        }
    }

    /// Stores the operation's answer, with the transaction's next round trip.
    func store(_ answer: [UInt8], _ transaction: PostgresTransaction) throws(PostgresError) {
        try transaction.enqueue(
            Self.storeAnswer,
            [
                .uuid(self.operation.sagaID.uuid), .text(self.operation.step),
                .int16(self.operation.kind.stored), .bytes(answer), .int64(self.operation.epoch),
            ])
    }

    /// An answered action stays answered, even when it was compensated since: repeats agree. One
    /// that was never finished may not finish after its compensation.
    private func arrivalOfLateAction(_ rows: Rows) -> Arrival {
        guard let action = rows.action, action.origin == .action else { return .blocked }
        let arrival = self.arrivalOfRepeat(action)
        return arrival == .unfinished && rows.compensation != nil ? .blocked : arrival
    }

    private func arrivalOfRepeat(_ row: Row?) -> Arrival {
        guard let row else { return .unfinished }
        if let known = row.requestHash, let asked = self.operation.requestHash, known != asked {
            return .mismatch
        }
        return row.answer.map(Arrival.answered) ?? .unfinished
    }

    private var fence: PostgresStatement {
        PostgresStatement(
            Self.moveFence, [.uuid(self.operation.sagaID.uuid), .int64(self.operation.epoch)])
    }

    private var select: PostgresStatement {
        PostgresStatement(
            Self.selectRows, [.uuid(self.operation.sagaID.uuid), .text(self.operation.step)])
    }

    private func insert(_ kind: Operation.Kind) -> PostgresStatement {
        // What a compensation asks for says nothing of what its action would have.
        let hash = kind == self.operation.kind ? self.operation.requestHash : nil
        return PostgresStatement(
            Self.insertRow,
            [
                .uuid(self.operation.sagaID.uuid), .text(self.operation.step),
                .int16(kind.stored), .int16(self.operation.kind.stored),
                .int64(self.operation.epoch), .optional(hash, PostgresValue.bytes),
            ])
    }
}

extension OperationBarrier {
    private struct Row {
        /// Which operation wrote it.
        let origin: Operation.Kind
        let requestHash: [UInt8]?
        let answer: [UInt8]?
    }

    /// What is known of one step.
    private struct Rows {
        var action: Row?
        var compensation: Row?

        init(_ rows: [PostgresRow]) throws(PostgresError) {
            for row in rows {
                let entry = Row(
                    origin: try Operation.Kind(stored: row.int16(1)),
                    requestHash: try row.optionalBytes(2), answer: try row.optionalBytes(3))
                switch try Operation.Kind(stored: row.int16(0)) {
                case .action: self.action = entry
                case .compensation: self.compensation = entry
                }
            }
        }
    }
}
