/// A statement as the wire wants it: types, and all parameters in one block of bytes.
///
/// Made on the caller's thread, so that the connections' thread only copies.
struct EncodedStatement: Sendable {
    /// What a prepared statement is found by. The types belong to it, since the same text with
    /// other types is another plan.
    struct Key: Hashable, Sendable {
        let sql: String
        let types: [PostgresType]
    }

    let key: Key
    /// Never empty, so that a parameter of no bytes has an address as well.
    let bytes: [UInt8]
    /// Where each parameter lies in ``bytes``; `nil` for `NULL`.
    let fields: [Range<Int>?]

    /// - Throws: `.encoding` for a timestamp outside of PostgreSQL's range.
    init(_ statement: PostgresStatement) throws(PostgresError) {
        var writer = BinaryWriter()
        var fields: [Range<Int>?] = []
        fields.reserveCapacity(statement.parameters.count)
        for value in statement.parameters {
            let start = writer.bytes.count
            let isNull = value == .null
            try writer.append(value)
            fields.append(isNull ? nil : start..<writer.bytes.count)
        }
        self.key = Key(sql: statement.sql, types: statement.parameters.map(\.type))
        self.bytes = writer.bytes + [0]
        self.fields = fields
    }

    /// A statement without parameters.
    init(sql: String) {
        self.key = Key(sql: sql, types: [])
        self.bytes = [0]
        self.fields = []
    }
}
