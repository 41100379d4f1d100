internal import Identifiers

/// Reads values in PostgreSQL's binary form from the bytes of one field, never past their end.
///
/// Every function throws `.decoding` when the column's type or its bytes are not what was asked.
enum BinaryReader {
    static func bool(_ bytes: Span<UInt8>, _ type: PostgresType) throws(PostgresError) -> Bool {
        guard type == .bool, bytes.count == 1 else { throw mismatch("bool", type) }
        return bytes[0] != 0
    }

    /// Any of PostgreSQL's integers that fits `Value`.
    static func integer<Value: FixedWidthInteger>(
        _ bytes: Span<UInt8>, _ type: PostgresType
    ) throws(PostgresError) -> Value {
        let wide: Int64
        switch (type, bytes.count) {
        case (.int2, 2): wide = Int64(Int16(truncatingIfNeeded: bigEndian(bytes)))
        case (.int4, 4): wide = Int64(Int32(truncatingIfNeeded: bigEndian(bytes)))
        case (.int8, 8): wide = Int64(bitPattern: bigEndian(bytes))
        default: throw mismatch("integer", type)
        }
        guard let value = Value(exactly: wide) else {
            throw PostgresError(.decoding, detail: "integer does not fit \(Value.self)")
        }
        return value
    }

    static func text(_ bytes: Span<UInt8>, _ type: PostgresType) throws(PostgresError) -> String {
        switch type {
        case .text, .varchar, .bpchar, .name, .json, .unknown: return try string(bytes)
        case .jsonb where !bytes.isEmpty && bytes[0] == 1:  // a version number, then the text
            return try string(bytes.extracting(1...))
        case _ where type.isUserDefined: return try string(bytes)
        default: throw mismatch("text", type)
        }
    }

    static func bytes(_ bytes: Span<UInt8>, _ type: PostgresType) throws(PostgresError) -> [UInt8] {
        guard type == .bytea else { throw mismatch("bytea", type) }
        return copy(bytes)
    }

    static func uuid(_ bytes: Span<UInt8>, _ type: PostgresType) throws(PostgresError) -> UUID128 {
        guard type == .uuid, bytes.count == 16 else { throw mismatch("uuid", type) }
        return UUID128(
            high: bigEndian(bytes.extracting(..<8)), low: bigEndian(bytes.extracting(8...)))
    }

    static func timestamp(
        _ bytes: Span<UInt8>, _ type: PostgresType
    ) throws(PostgresError) -> Timestamp {
        guard type == .timestamptz, bytes.count == 8 else { throw mismatch("timestamptz", type) }
        let sincePostgres = Int64(bitPattern: bigEndian(bytes))
        let (microseconds, overflow) = sincePostgres.addingReportingOverflow(
            postgresEpochMicroseconds)
        // The two ends stand for `infinity` and `-infinity`.
        guard !overflow, sincePostgres != .min, sincePostgres != .max else {
            throw PostgresError(.decoding, detail: "timestamptz is out of range")
        }
        return Timestamp(microseconds: microseconds)
    }

    /// A one-dimensional array without NULLs; `element` reads one of it.
    static func array<Element>(
        _ bytes: Span<UInt8>, _ type: PostgresType,
        _ element: (Span<UInt8>, PostgresType) throws(PostgresError) -> Element
    ) throws(PostgresError) -> [Element] {
        guard bytes.count >= 12 else { throw mismatch("array", type) }
        let dimensions = bigEndian(bytes.extracting(0..<4))
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.count >= 20 else { throw mismatch("array", type) }
        let elementType = PostgresType(
            rawValue: UInt32(truncatingIfNeeded: bigEndian(bytes.extracting(8..<12))))
        let count = Int(bigEndian(bytes.extracting(12..<16)))
        var values: [Element] = []
        // Each element has a length of 4 bytes, so a count out of proportion reserves nothing.
        values.reserveCapacity(min(count, bytes.count / 4))
        var offset = 20
        for _ in 0..<count {
            guard bytes.count - offset >= 4 else { throw mismatch("array", type) }
            let length = Int(
                Int32(truncatingIfNeeded: bigEndian(bytes.extracting(offset..<offset + 4))))
            guard length >= 0 else {
                throw PostgresError(.decoding, detail: "array holds a NULL")
            }
            offset += 4
            guard bytes.count - offset >= length else { throw mismatch("array", type) }
            values.append(try element(bytes.extracting(offset..<offset + length), elementType))
            offset += length
        }
        return values
    }

    private static func string(_ bytes: Span<UInt8>) throws(PostgresError) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw PostgresError(.decoding, detail: "text is not UTF-8")
        }
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    private static func bigEndian(_ bytes: Span<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for index in bytes.indices { value = value << 8 | UInt64(bytes[index]) }
        return value
    }

    private static func mismatch(_ wanted: String, _ type: PostgresType) -> PostgresError {
        PostgresError(.decoding, detail: "column of type \(type.rawValue) is not \(wanted)")
    }
}
