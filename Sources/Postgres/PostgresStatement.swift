/// One SQL statement with its parameters, `$1` first.
///
/// It is prepared once on each connection and found again by its text, so keep values out of
/// the text.
package struct PostgresStatement: Hashable, Sendable {
    package let sql: String
    package let parameters: [PostgresValue]

    package init(_ sql: String, _ parameters: [PostgresValue] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

/// What one statement came to.
package struct PostgresResult: Sendable {
    package let rows: [PostgresRow]
    /// How many rows an INSERT, UPDATE or DELETE touched, or a SELECT returned.
    package let affectedRows: Int

    /// Of a statement that there was no need to run.
    package static let none = PostgresResult(rows: [], affectedRows: 0)
}
