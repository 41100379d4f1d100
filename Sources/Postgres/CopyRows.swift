package import Identifiers

/// Rows in the binary form of `COPY … FROM STDIN (FORMAT binary)`.
///
/// Every row must append as many fields as ``beginRow(fields:)`` announced.
package struct CopyRows: ~Copyable, Sendable {
    package private(set) var bytes: [UInt8]

    /// - Parameter capacity: How many bytes the rows will take, if that is known.
    package init(capacity: Int = 0) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity + 32)
        self.bytes.append(contentsOf: Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0])
        // Neither flags nor a header extension.
        self.append(word: UInt64(0))
    }

    /// What COPY reads: the rows and the end mark.
    package consuming func finished() -> [UInt8] {
        self.append(word: UInt16.max)
        return self.bytes
    }

    @inline(__always)
    package mutating func beginRow(fields: Int16) {
        self.append(word: UInt16(bitPattern: fields))
    }

    package mutating func appendNull() { self.append(word: UInt32.max) }

    @inline(__always)
    package mutating func append(_ value: Int64) {
        self.append(word: UInt32(8))
        self.append(word: UInt64(bitPattern: value))
    }

    @inline(__always)
    package mutating func append(_ value: Int32) {
        self.append(word: UInt32(4))
        self.append(word: UInt32(bitPattern: value))
    }

    @inline(__always)
    package mutating func append(_ value: Int16) {
        self.append(word: UInt32(2))
        self.append(word: UInt16(bitPattern: value))
    }

    @inline(__always)
    package mutating func append(_ value: UUID128) {
        self.append(word: UInt32(16))
        self.append(word: value.high)
        self.append(word: value.low)
    }

    package mutating func append(_ value: [UInt8]) {
        self.append(word: UInt32(clamping: value.count))
        self.bytes.append(contentsOf: value)
    }

    @inline(__always)
    private mutating func append<Word: FixedWidthInteger>(word: Word) {
        unsafe withUnsafeBytes(of: word.bigEndian) { unsafe self.bytes.append(contentsOf: $0) }
    }
}

extension CopyRows {
    /// How many bytes there are, which is where the next row begins.
    package var count: Int { self.bytes.count }

    /// Lends what was appended behind the first `start` bytes.
    package func withBytes<Result>(from start: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(self.bytes.span.extracting(start...))
    }
}

extension CopyRows {
    /// A text of at most eight bytes in one word: the first byte in the highest place, zeros behind.
    package mutating func append(letters word: UInt64) {
        let count = 8 - word.trailingZeroBitCount / 8
        self.append(word: UInt32(clamping: count))
        unsafe withUnsafeBytes(of: word.bigEndian) { letters in
            unsafe self.bytes.append(contentsOf: letters.prefix(count))
        }
    }

    package mutating func append(text: String) {
        let start = self.bytes.count
        self.append(word: UInt32(0))
        self.bytes.append(contentsOf: text.utf8)
        let length = UInt32(clamping: self.bytes.count - start - 4)
        for index in 0..<4 {
            self.bytes[start + index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * index))
        }
    }
}
