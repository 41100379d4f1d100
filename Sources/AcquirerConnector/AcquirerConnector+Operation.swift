package import AcquirerCore
package import Identifiers
package import Postgres
package import RPC
package import ServiceKit
package import Wire

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
    ///   - record: What to ask for, on behalf of whom. It runs once, inside the first transaction;
    ///     an error is a refusal and leaves no trace.
    ///   - undecided: The answer while the attempt is in doubt or pending.
    ///   - conclude: The answer once it is settled, and what it changes; inside the last
    ///     transaction.
    package func perform<Response: Message>(
        _ operation: Operation, reference: String, database: PostgresPool, context: CallContext,
        record: (PostgresTransaction) async throws -> (subject: UUID128, instruction: Instruction),
        undecided: (AcquirerProgress) -> Response,
        conclude: (AcquirerAttempt.Verdict, PostgresTransaction) async throws -> Response
    ) async throws -> Response {
        let begun = try await database.beginExternal(operation, empty: Response()) { transaction in
            let (subject, instruction) = try await record(transaction)
            let new = AcquirerOperation(
                subject: subject, instruction: instruction, attempt: self.attempt(reference))
            guard try await new.insert(in: transaction, at: self.now) else {
                throw RPCError.internal("an attempt without its operation")
            }
        }
        if case .answered(let answer) = begun { return answer }
        guard var asked = try await AcquirerOperation.find(reference, in: database) else {
            throw RPCError.internal("an operation without its attempt")
        }
        let progress = await self.drive(&asked, isFresh: begun == .fresh, context: context)
        guard case .settled(let verdict) = progress else {
            try await self.note(asked, in: database)
            return undecided(progress)
        }
        return try await database.finishExternal(operation) { [asked] transaction in
            try await asked.save(in: transaction, at: self.now)
            return try await conclude(verdict, transaction)
        }
    }

    /// Stores how far an attempt came, for whoever looks.
    package func note(_ operation: AcquirerOperation, in database: PostgresPool) async throws {
        try await database.withTransaction { transaction in
            try await operation.save(in: transaction, at: self.now)
        }
    }

    /// The attempt of that reference, or a new one that is stored before it is returned.
    ///
    /// - Returns: The attempt, and whether this very call stored it.
    package func findOrStore(
        _ reference: String, subject: UUID128, instruction: Instruction, in database: PostgresPool
    ) async throws -> (operation: AcquirerOperation, isFresh: Bool) {
        if let known = try await AcquirerOperation.find(reference, in: database) {
            return (known, false)
        }
        let new = AcquirerOperation(
            subject: subject, instruction: instruction, attempt: self.attempt(reference))
        let isFresh = try await database.withTransaction { transaction in
            try await new.insert(in: transaction, at: self.now)
        }
        return (new, isFresh)
    }
}
