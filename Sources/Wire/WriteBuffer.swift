/// Bytes that gather at one end until all are taken together, in memory that is used again.
///
/// An array would be checked for other owners at every append, and cannot lend room that is not
/// initialized yet.
@safe package struct WriteBuffer: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    package init() {
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        unsafe self.storage.deallocate()
    }

    package var isEmpty: Bool { self.count == 0 }

    /// Bytes of memory that it holds.
    package var capacity: Int { unsafe self.storage.count }

    /// Lends all that has gathered.
    package func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: self.storage[..<self.count])
        return try body(unsafe Span<UInt8>(_unsafeBytes: bytes))
    }

    /// Forgets what was appended since there were `count` bytes.
    package mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// Forgets all that has gathered.
    package mutating func removeAll() {
        self.count = 0
    }

    /// Gives the memory back, if nothing is in it.
    package mutating func trim() {
        guard self.isEmpty, unsafe self.storage.count > 0 else { return }
        unsafe self.storage.deallocate()
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    package mutating func append(_ byte: UInt8) {
        self.makeRoom(1)
        unsafe self.storage[self.count] = byte
        self.count += 1
    }

    package mutating func append(_ bytes: Span<UInt8>) {
        self.makeRoom(bytes.count)
        unsafe bytes.withUnsafeBytes { unsafe self.room.copyMemory(from: $0) }
        self.count += bytes.count
    }

    package mutating func append(_ bytes: [UInt8]) {
        self.append(bytes.span)
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            self.makeRoom(utf8.count)
            unsafe self.room.copyMemory(from: UnsafeRawBufferPointer(utf8))
            self.count += utf8.count
        }
    }

    package mutating func append(_ message: borrowing PackedMessage) {
        self.makeRoom(message.byteCount)
        unsafe message.write(to: self.room)
        self.count += message.byteCount
    }

    package mutating func append(bigEndian word: UInt32) {
        self.makeRoom(4)
        unsafe self.room.storeBytes(of: word.bigEndian, as: UInt32.self)
        self.count += 4
    }

    /// A number as protobuf writes it: seven bits a byte, the lowest first.
    package mutating func append(varint value: UInt64) {
        self.makeRoom(10)
        var rest = value
        while rest > 0x7f {
            unsafe self.storage[self.count] = UInt8(truncatingIfNeeded: rest) | 0x80
            self.count += 1
            rest >>= 7
        }
        unsafe self.storage[self.count] = UInt8(truncatingIfNeeded: rest)
        self.count += 1
    }

    /// How many bytes ``append(varint:)`` takes for `value`.
    package static func size(ofVarint value: UInt64) -> Int {
        (70 - (value | 1).leadingZeroBitCount) / 7
    }

    /// Puts `word` over the four bytes at `offset`, which must be there.
    package mutating func overwrite(bigEndian word: UInt32, at offset: Int) {
        precondition(offset >= 0 && offset <= self.count - 4)
        unsafe self.storage.storeBytes(of: word.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    private var room: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: self.storage[self.count...])
    }

    private mutating func makeRoom(_ free: Int) {
        if unsafe self.storage.count - self.count >= free { return }
        let size = max(self.count + free, unsafe 2 * self.storage.count, 1024)
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        unsafe larger.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: self.storage[..<self.count]))
        unsafe self.storage.deallocate()
        unsafe self.storage = larger
    }
}
