internal import Synchronization

/// One transaction under way, valid inside the closure it was handed to.
///
/// BEGIN leaves together with the first statement, so a transaction costs no round trip of its
/// own at its beginning; statements that were enqueued leave together with the next query or with
/// COMMIT. It is for one task at a time.
package final class PostgresTransaction: Sendable {
    private enum Phase {
        /// Nothing was sent yet.
        case fresh
        case open
        /// The server answers nothing more until it is rolled back.
        case failed(PostgresError)
        case ended
    }

    private struct State {
        var phase = Phase.fresh
        var isBusy = false
        var enqueued: [EncodedStatement] = []
    }

    private let core: PoolCore
    private let connection: ConnectionID
    private let timeout: Duration
    private let begin: EncodedStatement
    private let state = Mutex(State())

    init(core: PoolCore, connection: ConnectionID, timeout: Duration, begin: String) {
        self.core = core
        self.connection = connection
        self.timeout = timeout
        self.begin = EncodedStatement(sql: begin)
    }

    /// The first error that a statement of this transaction came to.
    var failure: PostgresError? {
        self.state.withLock { state in
            if case .failed(let error) = state.phase { error } else { nil }
        }
    }

    /// Runs one statement.
    ///
    /// - Throws: ``PostgresError``. After it the transaction can only end, whatever the closure does.
    @discardableResult
    nonisolated(nonsending) package func query(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) async throws(PostgresError) -> [PostgresRow] {
        try await self.pipeline([PostgresStatement(sql, parameters)]).first?.rows ?? []
    }

    /// Runs the statements in one round trip.
    ///
    /// - Returns: One result for each statement.
    /// - Throws: The error of the first statement that failed.
    @discardableResult
    nonisolated(nonsending) package func pipeline(
        _ statements: [PostgresStatement]
    ) async throws(PostgresError) -> [PostgresResult] {
        var encoded: [EncodedStatement] = []
        for statement in statements { encoded.append(try EncodedStatement(statement)) }
        let results = try await self.run(encoded).results
        return results.suffix(statements.count).map(PostgresResult.init)
    }

    /// Keeps a statement whose rows are not needed until the next query, or COMMIT, takes it along.
    /// What it fails with is thrown there.
    package func enqueue(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) throws(PostgresError) {
        let statement = try EncodedStatement(PostgresStatement(sql, parameters))
        self.state.withLock { $0.enqueued.append(statement) }
    }

    /// Runs a text of several statements without parameters, such as a migration.
    ///
    /// - Throws: The error of the first statement that failed.
    nonisolated(nonsending) package func runScript(_ sql: String) async throws(PostgresError) {
        _ = try await self.run([])
        _ = try self.take()
        _ = try self.finish(
            await self.core.run(
                .script(PostgresScript(sql)), on: self.connection, timeout: self.timeout))
    }

    /// - Throws: What a statement failed with before or fails with now; `.commitOutcomeUnknown`
    ///   when the connection broke with COMMIT on its way.
    nonisolated(nonsending) func commit() async throws(PostgresError) {
        let isEmpty = self.state.withLock { state in
            if case .fresh = state.phase, state.enqueued.isEmpty { true } else { false }
        }
        if isEmpty { return self.state.withLock { $0.phase = .ended } }
        let (results, reply) = try await self.run(
            [EncodedStatement(sql: "COMMIT")], isCommit: true)
        guard results.last?.commandTag == "COMMIT", reply.isIdle else {
            throw PostgresError(.misuse, detail: "the transaction was ended by a statement in it")
        }
        self.state.withLock { $0.phase = .ended }
    }

    /// Ends the transaction without effect.
    ///
    /// - Returns: Whether the connection is fit for others.
    nonisolated(nonsending) func rollBack() async -> Bool {
        let mustAsk = self.state.withLock { state in
            defer { state.phase = .ended }
            if case .fresh = state.phase { return false }
            return true
        }
        guard mustAsk else { return true }
        return await self.core.run(
            .statements([EncodedStatement(sql: "ROLLBACK")]), on: self.connection,
            timeout: self.timeout
        ).isIdle
    }

    nonisolated(nonsending) private func run(
        _ statements: [EncodedStatement], isCommit: Bool = false
    ) async throws(PostgresError) -> (results: [QueryResult], reply: BatchReply) {
        let batch = try self.take() + statements
        let reply = await self.core.run(
            .statements(batch), on: self.connection, timeout: self.timeout)
        return (try self.finish(reply, isCommit: isCommit), reply)
    }

    /// Notes how a round trip ended.
    private func finish(
        _ reply: BatchReply, isCommit: Bool = false
    ) throws(PostgresError) -> [QueryResult] {
        switch reply.outcome {
        case .success(let results):
            self.state.withLock { state in
                state.isBusy = false
                state.phase = .open
            }
            return results
        case .failure(var error):
            if isCommit, reply.isLost, reply.wasSent {
                error = PostgresError(
                    .commitOutcomeUnknown, sqlState: error.sqlState, detail: error.detail)
            }
            self.state.withLock { state in
                state.isBusy = false
                state.phase = .failed(error)
            }
            throw error
        }
    }

    /// What must leave before the next statement: BEGIN if it has not, and what was enqueued.
    private func take() throws(PostgresError) -> [EncodedStatement] {
        let taken: Result<[EncodedStatement], PostgresError> = self.state.withLock { state in
            guard !state.isBusy else {
                return .failure(PostgresError(.misuse, detail: "two tasks use one transaction"))
            }
            var before = state.enqueued
            switch state.phase {
            case .fresh: before.insert(self.begin, at: 0)
            case .open: break
            case .failed(let error): return .failure(error)
            case .ended:
                return .failure(PostgresError(.misuse, detail: "the transaction is over"))
            }
            state.enqueued = []
            state.isBusy = true
            return .success(before)
        }
        return try taken.get()
    }
}

extension PostgresResult {
    init(_ result: QueryResult) {
        self.rows = (0..<result.rowCount).map { PostgresRow(result, row: $0) }
        self.affectedRows = result.affectedRows
    }
}
