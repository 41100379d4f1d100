/// Statements in one text, without parameters; rows for each `COPY … FROM STDIN` in it.
///
/// The server runs the text as one transaction, whose commit is behind its last statement, unless
/// the text begins transactions itself. So a great number of rows and whatever belongs to them are
/// made durable by one message.
package struct PostgresScript: Sendable {
    package var text: String
    /// For each COPY in the text, in order, the whole of its input. At most 2 GiB each.
    package var copies: [[UInt8]]

    package init(_ text: String, copies: [[UInt8]] = []) {
        self.text = text
        self.copies = copies
    }
}

extension PostgresPool {
    /// Runs a script as one transaction.
    ///
    /// - Throws: The error of the first statement that failed: nothing of the script has happened
    ///   then. `.commitOutcomeUnknown` when the connection broke, or time ran out, after the
    ///   script was sent: it may have happened.
    nonisolated(nonsending) package func run(
        _ script: PostgresScript
    ) async throws(PostgresError) {
        let connection = try await self.core.lease()
        let reply = await self.core.run(
            .script(script), on: connection, timeout: self.configuration.statementTimeout)
        if reply.isIdle { self.core.release(connection) } else { self.core.discard(connection) }
        guard case .failure(let error) = reply.outcome else { return }
        guard reply.isLost, reply.wasSent else { throw error }
        throw PostgresError(
            .commitOutcomeUnknown, sqlState: error.sqlState, detail: error.detail)
    }
}
