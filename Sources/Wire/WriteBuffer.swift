/// Bytes that gather at one end until all are taken together, in memory that is used again.
///
/// An array would be checked for other owners at every append, and cannot lend room that is not
/// initialized yet.
@safe package struct WriteBuffer: ~Copyable {
    @usableFromInline var storage: UnsafeMutableRawBufferPointer
    @usableFromInline var used = 0

    @inlinable package var count: Int { self.used }

    package init() {
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        unsafe self.storage.deallocate()
    }

    package var isEmpty: Bool { self.used == 0 }

    /// Bytes of memory that it holds.
    package var capacity: Int { unsafe self.storage.count }

    /// Lends all that has gathered.
    package func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: self.storage[..<self.used])
        return try body(unsafe Span<UInt8>(_unsafeBytes: bytes))
    }

    /// Forgets what was appended since there were `count` bytes.
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.used)
        self.used = count
    }

    /// Forgets all that has gathered.
    package mutating func removeAll() {
        self.used = 0
    }

    /// Gives the memory back, if nothing is in it.
    package mutating func trim() {
        guard self.isEmpty, unsafe self.storage.count > 0 else { return }
        unsafe self.storage.deallocate()
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    @inlinable package mutating func append(_ byte: UInt8) {
        self.makeRoom(1)
        unsafe self.storage[self.used] = byte
        self.used += 1
    }

    @inlinable package mutating func append(_ bytes: Span<UInt8>) {
        self.makeRoom(bytes.count)
        unsafe bytes.withUnsafeBytes { unsafe self.room.copyMemory(from: $0) }
        self.used += bytes.count
    }

    @inlinable package mutating func append(_ bytes: [UInt8]) {
        self.append(bytes.span)
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            self.makeRoom(utf8.count)
            unsafe self.room.copyMemory(from: UnsafeRawBufferPointer(utf8))
            self.used += utf8.count
        }
    }

    package mutating func append(_ message: borrowing PackedMessage) {
        self.makeRoom(message.byteCount)
        unsafe message.write(to: self.room)
        self.used += message.byteCount
    }

    @inlinable package mutating func append(bigEndian word: UInt32) {
        self.makeRoom(4)
        unsafe self.room.storeBytes(of: word.bigEndian, as: UInt32.self)
        self.used += 4
    }

    /// A number as protobuf writes it: seven bits a byte, the lowest first.
    @inlinable package mutating func append(varint value: UInt64) {
        self.makeRoom(10)
        var rest = value
        while rest > 0x7f {
            unsafe self.storage[self.used] = UInt8(truncatingIfNeeded: rest) | 0x80
            self.used += 1
            rest >>= 7
        }
        unsafe self.storage[self.used] = UInt8(truncatingIfNeeded: rest)
        self.used += 1
    }

    /// The sixteen hexadecimal digits of a number, in lower case.
    package mutating func append(hex value: UInt64) {
        self.appendDigits(value >> 32)
        self.appendDigits(value & 0xffff_ffff)
    }

    /// Eight digits at once: each nibble in a byte of its own, then made a digit.
    private mutating func appendDigits(_ word: UInt64) {
        var digits = (word | word << 16) & 0x0000_ffff_0000_ffff
        digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
        digits = (digits | digits << 4) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101
        digits = digits + 0x3030_3030_3030_3030 + letters * 0x27
        self.makeRoom(8)
        unsafe self.room.storeBytes(of: digits.bigEndian, as: UInt64.self)
        self.used += 8
    }

    /// How many bytes ``append(varint:)`` takes for `value`.
    package static func size(ofVarint value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// Puts `word` over the four bytes at `offset`, which must be there.
    package mutating func overwrite(bigEndian word: UInt32, at offset: Int) {
        precondition(offset >= 0 && offset <= self.used - 4)
        unsafe self.storage.storeBytes(of: word.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    @usableFromInline var room: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: self.storage[self.used...])
    }

    @inlinable mutating func makeRoom(_ free: Int) {
        if unsafe self.storage.count - self.used < free { self.grow(free) }
    }

    @usableFromInline mutating func grow(_ free: Int) {
        let size = max(self.used + free, unsafe 2 * self.storage.count, 1024)
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        unsafe larger.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: self.storage[..<self.used]))
        unsafe self.storage.deallocate()
        unsafe self.storage = larger
    }
}
