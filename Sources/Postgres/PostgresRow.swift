package import Identifiers

/// One row of a result. Columns count from 0.
///
/// A function without `optional` in its name throws `.decoding` for `NULL`; every function throws
/// it for a column of another type, and for a column that the row does not have. Integers are
/// widened and narrowed where the value fits.
package struct PostgresRow: Sendable {
    private let result: QueryResult
    private let row: Int

    init(_ result: QueryResult, row: Int) {
        self.result = result
        self.row = row
    }

    package var columnCount: Int { self.result.columnCount }

    package func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        try self.decode(column, BinaryReader.bool)
    }
    package func optionalInt16(_ column: Int) throws(PostgresError) -> Int16? {
        try self.decode(column, BinaryReader.integer)
    }
    package func optionalInt32(_ column: Int) throws(PostgresError) -> Int32? {
        try self.decode(column, BinaryReader.integer)
    }
    package func optionalInt64(_ column: Int) throws(PostgresError) -> Int64? {
        try self.decode(column, BinaryReader.integer)
    }
    /// `text` and its kin, `json`, `jsonb` and enums.
    package func optionalText(_ column: Int) throws(PostgresError) -> String? {
        try self.decode(column, BinaryReader.text)
    }
    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        try self.decode(column, BinaryReader.bytes)
    }
    package func optionalUUID(_ column: Int) throws(PostgresError) -> UUID128? {
        try self.decode(column, BinaryReader.uuid)
    }
    package func optionalTimestamp(_ column: Int) throws(PostgresError) -> Timestamp? {
        try self.decode(column, BinaryReader.timestamp)
    }

    package func bool(_ column: Int) throws(PostgresError) -> Bool {
        try self.required(column, self.optionalBool(column))
    }
    package func int16(_ column: Int) throws(PostgresError) -> Int16 {
        try self.required(column, self.optionalInt16(column))
    }
    package func int32(_ column: Int) throws(PostgresError) -> Int32 {
        try self.required(column, self.optionalInt32(column))
    }
    package func int64(_ column: Int) throws(PostgresError) -> Int64 {
        try self.required(column, self.optionalInt64(column))
    }
    package func text(_ column: Int) throws(PostgresError) -> String {
        try self.required(column, self.optionalText(column))
    }
    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] {
        try self.required(column, self.optionalBytes(column))
    }
    package func uuid(_ column: Int) throws(PostgresError) -> UUID128 {
        try self.required(column, self.optionalUUID(column))
    }
    package func timestamp(_ column: Int) throws(PostgresError) -> Timestamp {
        try self.required(column, self.optionalTimestamp(column))
    }

    package func boolArray(_ column: Int) throws(PostgresError) -> [Bool] {
        try self.array(column, BinaryReader.bool)
    }
    package func int16Array(_ column: Int) throws(PostgresError) -> [Int16] {
        try self.array(column, BinaryReader.integer)
    }
    package func int32Array(_ column: Int) throws(PostgresError) -> [Int32] {
        try self.array(column, BinaryReader.integer)
    }
    package func int64Array(_ column: Int) throws(PostgresError) -> [Int64] {
        try self.array(column, BinaryReader.integer)
    }
    package func textArray(_ column: Int) throws(PostgresError) -> [String] {
        try self.array(column, BinaryReader.text)
    }
    package func bytesArray(_ column: Int) throws(PostgresError) -> [[UInt8]] {
        try self.array(column, BinaryReader.bytes)
    }
    package func uuidArray(_ column: Int) throws(PostgresError) -> [UUID128] {
        try self.array(column, BinaryReader.uuid)
    }
    package func timestampArray(_ column: Int) throws(PostgresError) -> [Timestamp] {
        try self.array(column, BinaryReader.timestamp)
    }

    private typealias Decoder<Value> = (Span<UInt8>, PostgresType) throws(PostgresError) -> Value

    // One closure for each field of each row would be a large part of reading many.
    @inline(__always) private func decode<Value>(
        _ column: Int, _ read: Decoder<Value>
    ) throws(PostgresError) -> Value? {
        try self.result.withField(row: self.row, column: column) {
            (bytes) throws(PostgresError) in
            try read(bytes, self.result.type(ofColumn: column))
        }
    }

    private func array<Element>(
        _ column: Int, _ element: Decoder<Element>
    ) throws(PostgresError) -> [Element] {
        let values = try self.decode(column) { (bytes, type) throws(PostgresError) in
            try BinaryReader.array(bytes, type, element)
        }
        return try self.required(column, values)
    }

    private func required<Value>(_ column: Int, _ value: Value?) throws(PostgresError) -> Value {
        guard let value else {
            throw PostgresError(.decoding, detail: "column \(column) is NULL")
        }
        return value
    }
}
