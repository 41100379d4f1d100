/// How far a transaction is kept from what others do at the same time.
package enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

extension PostgresPool {
    /// Runs `body` in one transaction: commits when it returns, rolls back when it throws.
    ///
    /// After a serialization failure or a deadlock, `body` runs again in a new transaction, so
    /// it must have no effect outside of it; the wait between is random and grows. A statement
    /// that failed dooms its transaction even when `body` catches the error.
    ///
    /// - Throws: What `body` throws; ``PostgresError`` of the COMMIT: `.commitOutcomeUnknown`
    ///   when the connection broke with it on its way.
    nonisolated(nonsending) package func withTransaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted, readOnly: Bool = false,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let begin = "BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : "")"
        var attempt = 1
        while true {
            let connection = try await self.core.lease()
            let transaction = PostgresTransaction(
                core: self.core, connection: connection,
                timeout: self.configuration.statementTimeout, begin: begin)
            do {
                let value = try await body(transaction)
                try await transaction.commit()
                self.core.release(connection)
                return value
            } catch {
                // Asked before rolling back, which ends the transaction.
                let failure = transaction.failure
                if await transaction.rollBack() {
                    self.core.release(connection)
                } else {
                    self.core.discard(connection)
                }
                guard let failure, failure.asksForRetry,
                    attempt < self.configuration.transactionAttempts
                else { throw error }
            }
            try await Self.pause(afterAttempt: attempt)
            attempt += 1
        }
    }

    /// Between nothing and 2, 4, 8 … 256 milliseconds: those who collided part.
    private static func pause(afterAttempt attempt: Int) async throws {
        let longest = 1_000 << min(attempt, 8)
        try await Task.sleep(for: .microseconds(Int.random(in: 0...longest)))
    }
}
