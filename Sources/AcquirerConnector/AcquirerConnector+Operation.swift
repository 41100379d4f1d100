package import AcquirerCore
package import Identifiers
internal import Postgres
package import RPC
package import ServiceKit
internal import Synchronization
package import Wire

/// Books with attempts at the acquirer in them.
package protocol AttemptBooks: OperationBooks where Needs: AttemptNeeds {
    var attempts: AttemptBook { get set }
}

package protocol AttemptNeeds: Sendable {
    init(references: [String])
}

extension AcquirerConnector {
    /// Does a step of a saga whose effect is at the acquirer.
    ///
    /// 1. In one transaction: the barrier's row and the attempt's row.
    /// 2. Without a transaction: the acquirer is asked.
    /// 3. In one transaction: what came of it, and the answer for repeats.
    ///
    /// A crash between any two leaves a row that the next call settles by a query. Until the
    /// attempt is settled, nothing is stored as final and the same call is to be made again.
    ///
    /// - Parameters:
    ///   - needs: What `record` and `conclude` read or change, the reference included.
    ///   - record: What to ask for, on behalf of whom, inside the first transaction; an error is a
    ///     refusal and leaves no trace.
    ///   - undecided: The answer while the attempt is in doubt or pending.
    ///   - conclude: The answer once it is settled, and what it changes; inside the last
    ///     transaction.
    package func perform<Books: AttemptBooks, Response: Message>(
        _ operation: Operation, reference: String, store: OperationStore<Books>,
        needs: Books.Needs, context: CallContext,
        record:
            @escaping @Sendable (inout Books) throws -> (subject: UUID128, instruction: Instruction),
        undecided: (AcquirerProgress) -> Response,
        conclude:
            @escaping @Sendable (AcquirerAttempt.Verdict, inout Books) throws -> Response
    ) async throws -> Response {
        let now = self.now
        let attempt = self.attempt(reference)
        let recorded = Mutex<AcquirerOperation?>(nil)
        let begun: ExternalBegin<Response> = try await store.beginExternal(
            operation, empty: Response(), needs: needs
        ) { books in
            let (subject, instruction) = try record(&books)
            let new = AcquirerOperation(
                subject: subject, instruction: instruction, attempt: attempt)
            guard books.attempts.insert(new, at: now) else {
                throw RPCError.internal("an attempt without its operation")
            }
            recorded.withLock { $0 = new }
        }
        if case .answered(let answer) = begun { return answer }
        let stored =
            begun == .fresh
            ? recorded.withLock(\.self)
            : try await AcquirerOperation.find(reference, in: store.database)
        guard var asked = stored else {
            throw RPCError.internal("an operation without its attempt")
        }
        let progress = await self.drive(&asked, isFresh: begun == .fresh, context: context)
        guard case .settled(let verdict) = progress else {
            try await self.note(asked, in: store)
            return undecided(progress)
        }
        return try await store.finishExternal(operation, needs: needs) {
            [asked, now = self.now] books in
            books.attempts.save(asked, at: now)
            return try conclude(verdict, &books)
        }
    }

    /// Stores how far an attempt came, for whoever looks.
    package func note<Books: AttemptBooks>(
        _ operation: AcquirerOperation, in store: OperationStore<Books>
    ) async throws {
        let now = self.now
        try await store.change(needs: .init(references: [operation.attempt.reference])) { books in
            books.attempts.save(operation, at: now)
        }
    }

    /// The attempt of that reference, or a new one that is stored before it is returned.
    ///
    /// - Returns: The attempt, and whether this very call stored it.
    package func findOrStore<Books: AttemptBooks>(
        _ reference: String, subject: UUID128, instruction: Instruction,
        in store: OperationStore<Books>
    ) async throws -> (operation: AcquirerOperation, isFresh: Bool) {
        if let known = try await AcquirerOperation.find(reference, in: store.database) {
            return (known, false)
        }
        let new = AcquirerOperation(
            subject: subject, instruction: instruction, attempt: self.attempt(reference))
        let now = self.now
        let isFresh = Mutex(false)
        try await store.change(needs: .init(references: [reference])) { books in
            let inserted = books.attempts.insert(new, at: now)
            isFresh.withLock { $0 = inserted }
        }
        return (new, isFresh.withLock(\.self))
    }
}
