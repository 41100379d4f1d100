package import Postgres
internal import RPC
package import Wire

/// What an operation with effects outside of the database finds when it begins.
package enum ExternalBegin<Response: Message>: Hashable, Sendable {
    /// It is new: the effect may go out, and ``Postgres/PostgresPool/finishExternal(_:_:)`` follows.
    case fresh
    /// It began before and nobody knows how it ended: find out from the other side first.
    case unfinished
    /// It is done, or there was nothing to undo.
    case answered(Response)
}

extension PostgresPool {
    /// Does an operation whose effects are all in this database, exactly once.
    ///
    /// Fence, barrier, `body` and the answer are one transaction, in which `body` may run again
    /// after a serialization failure. A repeat gets the stored answer. A compensation whose action
    /// never came answers `empty`, and from then on the action is refused.
    ///
    /// - Parameters:
    ///   - empty: What to answer when there is nothing to undo.
    ///   - body: The effect. An `RPCError` it throws is a refusal: all is rolled back, and a repeat
    ///     is decided anew.
    /// - Throws: `ABORTED` (`stale_epoch`), `FAILED_PRECONDITION` (`operation_blocked`,
    ///   `operation_mismatch`); what `body` throws; `PostgresError`
    package func perform<Response: Message>(
        _ operation: Operation, empty: Response,
        _ body: (PostgresTransaction) async throws -> Response
    ) async throws -> Response {
        let barrier = OperationBarrier(operation: operation)
        return try await self.withTransaction { transaction in
            let response: Response
            switch try await barrier.enter(transaction) {
            case .fresh: response = try await body(transaction)
            case .nothingToUndo: response = empty
            case .answered(let answer): return try Response(stored: answer)
            case .blocked: throw RPCError.operationBlocked(operation)
            case .mismatch: throw RPCError.operationMismatch(operation)
            // Only ``beginExternal(_:empty:_:)`` leaves a row without an answer.
            case .unfinished: throw RPCError.internal("the operation was begun in another way")
            }
            try barrier.store(response.encoded(), transaction)
            return response
        }
    }

    /// Begins an operation with an effect outside of this database, in a transaction of its own.
    ///
    /// Once it has returned, that the effect may be under way survives any crash. The effect
    /// itself goes out only after `.fresh`, under a reference that `body` has recorded.
    ///
    /// - Parameters:
    ///   - empty: What to answer when there is nothing to undo.
    ///   - body: Records the attempt; runs for `.fresh` only.
    /// - Throws: As ``perform(_:empty:_:)``.
    package func beginExternal<Response: Message>(
        _ operation: Operation, empty: Response,
        _ body: (PostgresTransaction) async throws -> Void
    ) async throws -> ExternalBegin<Response> {
        let barrier = OperationBarrier(operation: operation)
        return try await self.withTransaction { transaction in
            switch try await barrier.enter(transaction) {
            case .fresh:
                try await body(transaction)
                return .fresh
            case .nothingToUndo:
                try barrier.store(empty.encoded(), transaction)
                return .answered(empty)
            case .unfinished: return .unfinished
            case .answered(let answer): return .answered(try Response(stored: answer))
            case .blocked: throw RPCError.operationBlocked(operation)
            case .mismatch: throw RPCError.operationMismatch(operation)
            }
        }
    }

    /// Records how an operation begun by ``beginExternal(_:empty:_:)`` ended. The first to finish
    /// decides: later ones get its answer, and their `body` does not run.
    ///
    /// - Parameter body: Records the outcome and returns the answer.
    /// - Throws: As ``perform(_:empty:_:)``; `operation_blocked` also when the step was compensated
    ///   after its action began.
    package func finishExternal<Response: Message>(
        _ operation: Operation, _ body: (PostgresTransaction) async throws -> Response
    ) async throws -> Response {
        let barrier = OperationBarrier(operation: operation)
        return try await self.withTransaction { transaction in
            switch try await barrier.reenter(transaction) {
            case .unfinished:
                let response = try await body(transaction)
                try barrier.store(response.encoded(), transaction)
                return response
            case .answered(let answer): return try Response(stored: answer)
            case .blocked: throw RPCError.operationBlocked(operation)
            case .mismatch: throw RPCError.operationMismatch(operation)
            case .fresh, .nothingToUndo:
                throw RPCError.internal("the operation finished before it began")
            }
        }
    }
}

extension Message {
    /// - Throws: `INTERNAL` when the bytes are not what an earlier version stored.
    fileprivate init(stored bytes: [UInt8]) throws(RPCError) {
        do {
            try self.init(decoding: bytes)
        } catch {
            throw .internal("a stored answer cannot be read")
        }
    }
}
