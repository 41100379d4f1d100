package import Identifiers

/// Rows in the binary form of `COPY … FROM STDIN (FORMAT binary)`.
package struct CopyRows: ~Copyable, Sendable {
    @usableFromInline var bytes: [UInt8]

    /// - Parameter capacity: How many bytes the rows will take, if that is known.
    package init(capacity: Int = 0) {
        self.bytes = []
        self.bytes.reserveCapacity(capacity + 32)
        self.bytes.append(contentsOf: Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0])
        // Neither flags nor a header extension.
        self.bytes.append(contentsOf: [UInt8](repeating: 0, count: 8))
    }

    /// What COPY reads: the rows and the end mark.
    package consuming func finished() -> [UInt8] {
        self.bytes.append(contentsOf: [0xff, 0xff])
        return self.bytes
    }

    /// Appends a row.
    ///
    /// - Parameters:
    ///   - fields: How many fields `fill` appends.
    ///   - capacity: The most bytes they may take together, lengths included.
    @inlinable
    package mutating func append(
        fields: Int16, capacity: Int, _ fill: (inout CopyRow) -> Void
    ) {
        self.bytes.append(addingCapacity: capacity + 2) { output in
            unsafe output.withUnsafeMutableBufferPointer { room, count in
                var row = unsafe CopyRow(room: UnsafeMutableRawBufferPointer(room))
                row.append(word: UInt16(bitPattern: fields))
                fill(&row)
                count = row.count
            }
        }
    }
}

/// A row that is being written. It lends memory that ends with the closure it is handed to.
@safe package struct CopyRow: ~Copyable {
    @usableFromInline let room: UnsafeMutableRawBufferPointer
    /// How many bytes it has.
    @usableFromInline private(set) package var count = 0

    @inlinable init(room: UnsafeMutableRawBufferPointer) {
        unsafe self.room = room
    }

    /// Lends what has been written.
    @inlinable package func withBytes(_ body: (Span<UInt8>) -> Void) {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: self.room[..<self.count])
        body(unsafe Span<UInt8>(_unsafeBytes: bytes))
    }

    @inlinable package mutating func appendNull() { self.append(word: UInt32.max) }

    @inlinable package mutating func append(_ value: Int64) {
        self.append(word: UInt32(8))
        self.append(word: UInt64(bitPattern: value))
    }

    @inlinable package mutating func append(_ value: Int32) {
        self.append(word: UInt32(4))
        self.append(word: UInt32(bitPattern: value))
    }

    @inlinable package mutating func append(_ value: Int16) {
        self.append(word: UInt32(2))
        self.append(word: UInt16(bitPattern: value))
    }

    @inlinable package mutating func append(_ value: UUID128) {
        self.append(word: UInt32(16))
        self.append(word: value.high)
        self.append(word: value.low)
    }

    /// A bytea, or a text in UTF-8.
    package mutating func append(_ value: [UInt8]) {
        self.append(word: UInt32(clamping: value.count))
        for byte in value { self.append(word: byte) }
    }

    /// A text of at most eight bytes in one word: the first byte in the highest place, zeros behind.
    @inlinable package mutating func append(letters word: UInt64) {
        let length = 8 - word.trailingZeroBitCount / 8
        self.append(word: UInt32(truncatingIfNeeded: length))
        self.append(word: word)
        self.count -= 8 - length
    }

    @inlinable mutating func append<Word: FixedWidthInteger>(word: Word) {
        let size = MemoryLayout<Word>.size
        precondition(
            self.count + size <= (unsafe self.room.count), "the row is longer than was said")
        unsafe self.room.storeBytes(of: word.bigEndian, toByteOffset: self.count, as: Word.self)
        self.count += size
    }
}
