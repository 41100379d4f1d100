/// Reads a protobuf message field by field where it lies, for the few messages that are read with
/// every call and need not become values.
///
/// Takes what protobuf-c takes: fields in any order, the last of several counting, unknown ones to
/// be passed over by the caller; no groups.
package struct FieldScanner: Sendable {
    package enum Value: Hashable, Sendable {
        case number(UInt64)
        /// Where the field's bytes lie, in what is scanned.
        case bytes(Range<Int>)
        /// Four or eight bytes of fixed size.
        case fixed(Range<Int>)
    }

    private var position: Int
    private let end: Int
    /// Whether the scan has met what no message contains. There are no fields then any more.
    package private(set) var isMalformed = false

    /// - Parameter range: Where the message lies.
    package init(_ range: Range<Int>) {
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    /// The next field; `nil` at the end, and when the bytes are no message.
    @inline(__always)
    package mutating func next(in bytes: Span<UInt8>) -> (number: UInt64, value: Value)? {
        guard self.position < self.end else { return nil }
        guard let tag = self.varint(in: bytes), tag >> 3 != 0, tag <= UInt64(UInt32.max) else {
            return self.fail()
        }
        switch tag & 7 {
        case 0:
            guard let value = self.varint(in: bytes) else { return self.fail() }
            return (tag >> 3, .number(value))
        case 2:
            guard let length = self.varint(in: bytes), length <= UInt64(self.end - self.position)
            else { return self.fail() }
            return (tag >> 3, .bytes(self.advance(Int(length))))
        case 1 where self.end - self.position >= 8:
            return (tag >> 3, .fixed(self.advance(8)))
        case 5 where self.end - self.position >= 4:
            return (tag >> 3, .fixed(self.advance(4)))
        default:
            return self.fail()
        }
    }

    private mutating func advance(_ count: Int) -> Range<Int> {
        defer { self.position += count }
        return self.position..<(self.position + count)
    }

    private mutating func fail() -> (number: UInt64, value: Value)? {
        self.isMalformed = true
        self.position = self.end
        return nil
    }

    @inline(__always)
    private mutating func varint(in bytes: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.position < self.end, shift < 70 {
            let byte = bytes[self.position]
            self.position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
