internal import Identifiers

/// Writes values in PostgreSQL's binary form: integers big-endian, timestamps from the year 2000.
struct BinaryWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: PostgresValue) throws(PostgresError) {
        switch value {
        case .null: break
        case .bool(let value): self.append(value)
        case .int16(let value): self.append(value)
        case .int32(let value): self.append(value)
        case .int64(let value): self.append(value)
        case .text(let value): self.bytes.append(contentsOf: value.utf8)
        case .bytes(let value): self.bytes.append(contentsOf: value)
        case .uuid(let value): self.append(value)
        case .timestamp(let value): try self.append(value)
        case .boolArray(let values):
            self.append(values, of: .bool) { $0.append($1) }
        case .int16Array(let values):
            self.append(values, of: .int2) { $0.append($1) }
        case .int32Array(let values):
            self.append(values, of: .int4) { $0.append($1) }
        case .int64Array(let values):
            self.append(values, of: .int8) { $0.append($1) }
        case .textArray(let values):
            self.append(values, of: .text) { $0.bytes.append(contentsOf: $1.utf8) }
        case .bytesArray(let values):
            self.append(values, of: .bytea) { $0.bytes.append(contentsOf: $1) }
        case .uuidArray(let values):
            self.append(values, of: .uuid) { $0.append($1) }
        case .timestampArray(let values):
            try self.append(values, of: .timestamptz) {
                (writer, value) throws(PostgresError) in try writer.append(value)
            }
        case .columnArray(let values, like: let type):
            try self.append(column: values, of: type.elementType)
        }
    }

    /// As ``append(_:of:_:)``, with NULLs.
    private mutating func append(
        column values: [PostgresValue], of type: PostgresType
    ) throws(PostgresError) {
        self.append(Int32(values.isEmpty ? 0 : 1))
        self.append(Int32(1))
        self.append(type.rawValue)
        guard !values.isEmpty else { return }
        self.append(Int32(clamping: values.count))
        self.append(Int32(1))
        for value in values {
            guard value != .null else {
                self.append(Int32(-1))
                continue
            }
            guard value.type == type else {
                throw PostgresError(.encoding, detail: "a column of rows has values of two types")
            }
            let start = self.bytes.count
            self.append(Int32(0))
            try self.append(value)
            self.setLength(at: start)
        }
    }

    /// One dimension from index 1, without NULLs; an empty array has no dimension at all.
    private mutating func append<Element, Failure: Error>(
        _ values: [Element], of type: PostgresType,
        _ write: (inout BinaryWriter, Element) throws(Failure) -> Void
    ) throws(Failure) {
        self.append(Int32(values.isEmpty ? 0 : 1))
        self.append(Int32(0))
        self.append(type.rawValue)
        guard !values.isEmpty else { return }
        self.append(Int32(clamping: values.count))
        self.append(Int32(1))
        for value in values {
            let start = self.bytes.count
            self.append(Int32(0))
            try write(&self, value)
            self.setLength(at: start)
        }
    }

    /// Writes the size of the element that begins after the four bytes at `start`.
    private mutating func setLength(at start: Int) {
        let length = UInt32(clamping: self.bytes.count - start - 4)
        for index in 0..<4 {
            self.bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index))
        }
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        var rest = value.bigEndian
        for _ in 0..<(value.bitWidth / 8) {
            self.bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    private mutating func append(_ value: Bool) {
        self.bytes.append(value ? 1 : 0)
    }

    private mutating func append(_ value: UUID128) {
        self.append(value.high)
        self.append(value.low)
    }

    private mutating func append(_ value: Timestamp) throws(PostgresError) {
        let (sinceEpoch, overflow) = value.microseconds.subtractingReportingOverflow(
            postgresEpochMicroseconds)
        // The lowest value would be read as `-infinity`.
        guard !overflow, sinceEpoch > .min, sinceEpoch < .max else {
            throw PostgresError(.encoding, detail: "\(value) is out of timestamptz's range")
        }
        self.append(sinceEpoch)
    }
}

/// 2000-01-01T00:00:00Z, where PostgreSQL counts from, in Unix microseconds.
let postgresEpochMicroseconds: Int64 = 946_684_800_000_000
