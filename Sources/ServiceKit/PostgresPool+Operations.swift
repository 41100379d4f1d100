package import Postgres
internal import RPC
package import Wire

/// What an operation with effects outside of the database finds when it begins.
package enum ExternalBegin<Response: Message>: Hashable, Sendable {
    /// It is new: the effect may go out, and ``OperationStore/finishExternal(_:needs:_:)`` follows.
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
            // Only ``OperationStore/beginExternal(_:empty:needs:_:)`` leaves a row without an answer.
            case .unfinished: throw RPCError.internal("the operation was begun in another way")
            }
            try barrier.store(response.encoded(), transaction)
            return response
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
