package import Logging
package import Postgres
internal import RPC
internal import ServiceLifecycle
package import Wire

/// Does the operations of sagas, and whatever else changes the same rows, many in one transaction.
///
/// A batch is two round trips: all that its operations need is locked and read; each is decided in
/// turn, in memory; all that changed is written, with COMMIT.
package final class OperationStore<Books: OperationBooks>: Service {
    /// One caller's part of a batch.
    private struct Request: Sendable {
        let operation: Operation?
        let stage: Stage
        let needs: Books.Needs
        let empty: Answer
        let body: @Sendable (inout Books) throws -> Answer
    }

    private enum Stage {
        /// All of it in this transaction.
        case whole
        /// Up to where an effect outside of the database may be under way.
        case begin
        /// What that effect came to.
        case finish
    }

    /// What an operation came to, as it is stored; with the message itself, unless it was stored
    /// before.
    private struct Answer: Sendable {
        let bytes: [UInt8]
        let message: (any Message)?

        init(_ message: any Message) {
            self.bytes = message.encoded()
            self.message = message
        }

        init(stored bytes: [UInt8]) {
            self.bytes = bytes
            self.message = nil
        }
    }

    private enum Reply: Sendable {
        case fresh
        case unfinished
        case answered(Answer)
    }

    private let group: GroupCommit<Request, Reply>
    package let database: PostgresPool

    /// - Parameter keepsOutbox: Whether changes are written down for others to fetch.
    package init(
        database: PostgresPool, batchLimit: Int = 512, keepsOutbox: Bool = false, logger: Logger
    ) {
        self.database = database
        self.group = GroupCommit(batchLimit: batchLimit, logger: logger) { requests in
            try await database.withTransaction { transaction in
                try await Self.carryOut(requests, keepsOutbox: keepsOutbox, in: transaction)
            }
        }
    }

    package func run() async throws { try await self.group.run() }

    // MARK: - For callers

    /// Does an operation whose effects are all in this database, exactly once, in one transaction
    /// with others.
    ///
    /// A repeat gets the stored answer. A compensation whose action never came answers `empty`, and
    /// from then on the action is refused.
    ///
    /// - Parameters:
    ///   - empty: What to answer when there is nothing to undo.
    ///   - body: The effect. An `RPCError` it throws is a refusal: nothing of it is kept, and a
    ///     repeat is decided anew. It may run again after the database failed.
    /// - Throws: `ABORTED` (`stale_epoch`), `FAILED_PRECONDITION` (`operation_blocked`,
    ///   `operation_mismatch`); what `body` throws; `UNAVAILABLE`
    package func perform<Response: Message>(
        _ operation: Operation, empty: Response, needs: Books.Needs,
        _ body: @escaping @Sendable (inout Books) throws -> Response
    ) async throws -> Response {
        let reply = try await self.group.submit(
            Request(
                operation: operation, stage: .whole, needs: needs, empty: Answer(empty),
                body: { Answer(try body(&$0)) }))
        return try Self.response(reply)
    }

    /// Changes rows on no saga's behalf.
    package func change<Response: Message>(
        needs: Books.Needs, _ body: @escaping @Sendable (inout Books) throws -> Response
    ) async throws -> Response {
        let reply = try await self.group.submit(
            Request(
                operation: nil, stage: .whole, needs: needs, empty: Answer(stored: []),
                body: { Answer(try body(&$0)) }))
        return try Self.response(reply)
    }

    /// Changes rows on no saga's behalf, and answers nothing.
    package func change(
        needs: Books.Needs, _ body: @escaping @Sendable (inout Books) throws -> Void
    ) async throws {
        _ = try await self.group.submit(
            Request(
                operation: nil, stage: .whole, needs: needs, empty: Answer(stored: []),
                body: {
                    try body(&$0)
                    return Answer(stored: [])
                }))
    }

    /// Begins an operation with an effect outside of this database, in a transaction of its own.
    ///
    /// Once it has returned, that the effect may be under way survives any crash. The effect
    /// itself goes out only after `.fresh`, under a reference that `body` has recorded.
    ///
    /// - Parameter body: Records the attempt; runs for `.fresh` only.
    /// - Throws: As ``perform(_:empty:needs:_:)``.
    package func beginExternal<Response: Message>(
        _ operation: Operation, empty: Response, needs: Books.Needs,
        _ body: @escaping @Sendable (inout Books) throws -> Void
    ) async throws -> ExternalBegin<Response> {
        let reply = try await self.group.submit(
            Request(
                operation: operation, stage: .begin, needs: needs, empty: Answer(empty),
                body: {
                    try body(&$0)
                    return Answer(stored: [])
                }))
        return switch reply {
        case .fresh: .fresh
        case .unfinished: .unfinished
        case .answered: .answered(try Self.response(reply))
        }
    }

    /// Records how an operation begun by ``beginExternal(_:empty:needs:_:)`` ended. The first to
    /// finish decides: later ones get its answer, and their `body` does not run.
    ///
    /// - Throws: As ``perform(_:empty:needs:_:)``; `operation_blocked` also when the step was
    ///   compensated after its action began.
    package func finishExternal<Response: Message>(
        _ operation: Operation, needs: Books.Needs,
        _ body: @escaping @Sendable (inout Books) throws -> Response
    ) async throws -> Response {
        let reply = try await self.group.submit(
            Request(
                operation: operation, stage: .finish, needs: needs, empty: Answer(stored: []),
                body: { Answer(try body(&$0)) }))
        return try Self.response(reply)
    }

    private static func response<Response: Message>(_ reply: Reply) throws(RPCError) -> Response {
        guard case .answered(let answer) = reply else {
            throw .internal("an operation without its answer")
        }
        if let response = answer.message as? Response { return response }
        guard let response = try? Response(decoding: answer.bytes) else {
            throw .internal("a stored answer cannot be read")
        }
        return response
    }

    // MARK: - One transaction

    private static func carryOut(
        _ requests: [Request], keepsOutbox: Bool, in transaction: PostgresTransaction
    ) async throws -> [Result<Reply, any Error>] {
        let operations = requests.compactMap(\.operation)
        // The fences first: whoever undoes a step then sees all that its action wrote.
        let guards = BarrierBook.queries(for: operations)
        let queries = Books.queries(for: requests.map(\.needs))
        let results = try await transaction.pipeline(guards + queries.compactMap { $0 })
        var barrier = try BarrierBook(results[..<guards.count])
        var rest = results[guards.count...]
        var books = try Books(queries.map { $0 == nil ? .none : rest.removeFirst() })
        let replies: [Result<Reply, any Error>] = requests.map { request in
            Self.decide(request, &books, &barrier)
        }
        let outbox = keepsOutbox ? [books.outbox.insertion].compactMap(\.self) : []
        for statement in try books.statements + outbox + barrier.statements {
            try transaction.enqueue(statement.sql, statement.parameters)
        }
        return replies
    }

    /// Does one request on what those ahead of it left, or leaves no trace of it.
    private static func decide(
        _ request: Request, _ books: inout Books, _ barrier: inout BarrierBook
    ) -> Result<Reply, any Error> {
        let mark = books.mark(request.needs)
        let barrierMark = request.operation.map { barrier.mark($0) }
        do {
            return .success(try Self.carryOut(request, &books, &barrier))
        } catch {
            books.rollBack(to: mark)
            if let barrierMark { barrier.rollBack(to: barrierMark) }
            return .failure(error)
        }
    }

    private static func carryOut(
        _ request: Request, _ books: inout Books, _ barrier: inout BarrierBook
    ) throws -> Reply {
        guard let operation = request.operation else { return .answered(try request.body(&books)) }
        switch (try barrier.arrive(operation), request.stage) {
        case (.blocked, _): throw RPCError.operationBlocked(operation)
        case (.mismatch, _): throw RPCError.operationMismatch(operation)
        case (.answered(let bytes), _): return .answered(Answer(stored: bytes))
        case (.fresh, .whole):
            let answer = try request.body(&books)
            barrier.enter(operation, answer: answer.bytes)
            return .answered(answer)
        case (.nothingToUndo, .whole), (.nothingToUndo, .begin):
            barrier.enter(operation, answer: request.empty.bytes)
            return .answered(request.empty)
        case (.fresh, .begin):
            _ = try request.body(&books)
            barrier.enter(operation, answer: nil)
            return .fresh
        case (.unfinished, .begin): return .unfinished
        case (.unfinished, .finish):
            let answer = try request.body(&books)
            barrier.answer(operation, answer.bytes)
            return .answered(answer)
        // Only a begin leaves a row without an answer.
        case (.unfinished, .whole):
            throw RPCError.internal("the operation was begun in another way")
        case (.fresh, .finish), (.nothingToUndo, .finish):
            throw RPCError.internal("the operation finished before it began")
        }
    }
}
