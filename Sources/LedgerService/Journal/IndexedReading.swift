internal import Postgres

extension PostgresPool {
    /// Runs one statement that finds its rows by an index.
    ///
    /// A plan that was made while the tables were small, or before they were ever looked through,
    /// reads them whole, and goes on so when they have grown. Where a scan is all there is it
    /// counts as dear, and PostgreSQL would compile the statement each time: a tenth of a second.
    func queryByIndex(
        _ sql: String, _ parameters: [PostgresValue] = []
    ) async throws -> [PostgresRow] {
        try await self.withTransaction(readOnly: true) { transaction in
            try transaction.readByIndex()
            return try await transaction.query(sql, parameters)
        }
    }
}

extension PostgresTransaction {
    /// See ``PostgresPool/queryByIndex(_:_:)``.
    func readByIndex() throws(PostgresError) {
        try self.enqueue("SET LOCAL enable_seqscan = off")
        try self.enqueue("SET LOCAL jit = off")
    }
}
