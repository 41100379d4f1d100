/// Follows the answers to one batch: several statements sent at once, with one sync at their end.
///
///     ready ──sent──▶ answering ──(an answer, its end)*──▶ synced ──▶ ready
///
/// libpq gives each statement's result, then an end, and after the last one the sync. After an
/// error it answers every further statement as skipped. Since libpq reports "nothing more" even
/// when nothing is on its way, this machine alone knows whether answers are still due.
///
/// It also keeps the list of what the server has prepared: a name counts only after the server
/// confirmed it, for the statement that would have prepared it may have been skipped.
///
/// Pure: what a statement's result is, is not its concern.
struct PipelineStateMachine<Reply: Sendable> {
    typealias Key = EncodedStatement.Key

    /// What is put on the wire, in this order.
    enum Message: Hashable, Sendable {
        case prepare(Key, name: String)
        /// Statement number `index` of the batch, under its prepared name.
        case execute(index: Int, name: String)
        case deallocate(name: String)
    }

    /// One answer, as far as the bookkeeping cares.
    enum Answer {
        case result(Reply)
        case error(PostgresError)
        /// Not run, because a statement before it failed.
        case skipped
    }

    enum Outcome: Sendable {
        case success([Reply])
        /// What the first statement that failed came to; those before it have run.
        case failure(PostgresError)
    }

    enum Action {
        case wait
        case finish(Outcome)
        /// The server said what it may not say here: the connection is of no more use.
        case fail(PostgresError)
    }

    private enum State {
        case ready
        case answering(Batch)
    }

    private struct Batch {
        var messages: [Message]
        /// The message whose answer is due; all have been answered when it is past the last.
        var next = 0
        /// Whether the answer due has come and only its end is missing.
        var isAnswered = false
        var results: [Reply] = []
        var error: PostgresError?
    }

    private var state = State.ready
    private var prepared: PreparedStatements

    init(preparedStatements: Int) {
        self.prepared = PreparedStatements(capacity: preparedStatements)
    }

    /// Whether answers are still due.
    var isAnswering: Bool {
        switch self.state {
        case .ready: false
        case .answering: true
        }
    }

    /// A batch is about to leave.
    ///
    /// - Returns: The messages to send, a sync to follow them.
    mutating func sent(_ keys: [Key]) -> [Message] {
        var messages: [Message] = []
        for name in self.prepared.surplus { messages.append(.deallocate(name: name)) }
        var fresh: [Key: String] = [:]
        for (index, key) in keys.enumerated() {
            if let name = self.prepared.use(key) ?? fresh[key] {
                messages.append(.execute(index: index, name: name))
            } else {
                let name = self.prepared.freshName()
                fresh[key] = name
                messages.append(.prepare(key, name: name))
                messages.append(.execute(index: index, name: name))
            }
        }
        self.state = .answering(Batch(messages: messages))
        return messages
    }

    mutating func received(_ answer: Answer) -> Action {
        guard case .answering(var batch) = self.state, batch.next < batch.messages.count,
            !batch.isAnswered
        else { return Self.unexpected("an answer") }
        switch (answer, batch.messages[batch.next]) {
        case (.result, .prepare(let key, let name)): self.prepared.insert(key, name: name)
        case (.result, .deallocate(let name)): self.prepared.removeSurplus(name)
        case (.result(let result), .execute): batch.results.append(result)
        case (.error(let error), let message):
            batch.error = batch.error ?? error
            self.note(error, at: message)
        case (.skipped, _): break
        }
        batch.isAnswered = true
        self.state = .answering(batch)
        return .wait
    }

    mutating func receivedEnd() -> Action {
        guard case .answering(var batch) = self.state, batch.isAnswered else {
            return Self.unexpected("an end")
        }
        batch.isAnswered = false
        batch.next += 1
        self.state = .answering(batch)
        return .wait
    }

    mutating func receivedSync() -> Action {
        guard case .answering(let batch) = self.state, batch.next == batch.messages.count else {
            return Self.unexpected("a sync")
        }
        self.state = .ready
        return .finish(batch.error.map(Outcome.failure) ?? .success(batch.results))
    }

    private mutating func note(_ error: PostgresError, at message: Message) {
        switch (message, error.sqlState) {
        // The plan's result type fits the schema no more.
        case (.execute(_, let name), "0A000"): self.prepared.forget(name, serverKnowsIt: true)
        // The server has no statement of this name.
        case (.execute(_, let name), "26000"): self.prepared.forget(name, serverKnowsIt: false)
        case (.deallocate(let name), _): self.prepared.removeSurplus(name)
        case (.execute, _), (.prepare, _): break
        }
    }

    private static func unexpected(_ what: String) -> Action {
        .fail(PostgresError(.connectionLost, detail: "the server sent \(what) out of turn"))
    }
}
