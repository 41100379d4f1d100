internal import CLibpq

/// What the server answered to one statement.
///
/// Owns its `PGresult *` and clears it exactly once. A result never changes after it was
/// received, which is why rows on any thread may share it.
@safe final class QueryResult: @unchecked Sendable {
    private let result: OpaquePointer  // PGresult *

    /// Takes ownership of `result`: the caller must not clear it.
    init(owning result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(self.result) }

    var status: ExecStatusType { unsafe PQresultStatus(self.result) }
    var rowCount: Int { Int(unsafe PQntuples(self.result)) }
    var columnCount: Int { Int(unsafe PQnfields(self.result)) }

    /// "COMMIT", "INSERT 0 1": what the server says it did.
    var commandTag: String { unsafe String(cString: PQcmdStatus(self.result)) }

    /// Rows touched, or returned by a SELECT; 0 for a statement that counts none.
    var affectedRows: Int { Int(unsafe String(cString: PQcmdTuples(self.result))) ?? 0 }

    func type(ofColumn column: Int) -> PostgresType {
        PostgresType(rawValue: unsafe PQftype(self.result, Int32(column)))
    }

    /// Lends one field to `body`; the span cannot outlive the call.
    ///
    /// - Returns: What `body` returned; `nil` for SQL `NULL`, which is not an empty field.
    @inline(__always) func withField<Value>(
        row: Int, column: Int, _ body: (Span<UInt8>) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value? {
        guard column >= 0, column < self.columnCount else {
            throw PostgresError(.decoding, detail: "the row has no column \(column)")
        }
        let row = Int32(row)
        let index = Int32(column)
        if unsafe PQgetisnull(self.result, row, index) == 1 { return nil }
        let length = Int(unsafe PQgetlength(self.result, row, index))
        guard let pointer = unsafe PQgetvalue(self.result, row, index) else { return nil }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        return try body(unsafe bytes.bindMemory(to: UInt8.self).span)
    }

    /// The error that the server answered with.
    var error: PostgresError {
        let detail = [UInt8(ascii: "M"), UInt8(ascii: "D")].compactMap(self.errorField)
            .joined(separator: "; ")
        guard let sqlState = self.errorField(UInt8(ascii: "C")) else {
            // libpq's own errors have none: the connection is what failed.
            return PostgresError(
                .connectionLost,
                detail: unsafe String(cString: PQresultErrorMessage(self.result)))
        }
        return PostgresError(
            sqlState: sqlState, constraint: self.errorField(UInt8(ascii: "n")), detail: detail)
    }

    /// `code` is one of PostgreSQL's `PG_DIAG_…` characters.
    private func errorField(_ code: UInt8) -> String? {
        unsafe PQresultErrorField(self.result, Int32(code)).map { unsafe String(cString: $0) }
    }
}
