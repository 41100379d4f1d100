/// Bytes that are appended at one end and taken from the other, in one piece of memory.
///
/// Whoever reads sees all of it at once, so frames are parsed where they lie. The memory grows by
/// doubling, and a large one is given back once it is empty: an idle connection holds little.
@safe struct ByteQueue: ~Copyable {
    /// What an empty queue keeps; more is freed.
    private static let kept = 256 * 1024

    private var storage: UnsafeMutableRawBufferPointer
    private var head = 0
    private var tail = 0

    init() {
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    deinit {
        unsafe self.storage.deallocate()
    }

    var count: Int { self.tail - self.head }

    /// Lends all bytes that are in it.
    func withSpan<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: self.storage[self.head..<self.tail])
        return try body(unsafe Span<UInt8>(_unsafeBytes: bytes))
    }

    /// Takes the first `count` bytes off.
    mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.head += count
        guard self.head == self.tail else { return }
        self.head = 0
        self.tail = 0
        if unsafe self.storage.count > Self.kept {
            unsafe self.storage.deallocate()
            unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        }
    }

    /// Gives the memory back, if nothing is in it.
    mutating func trim() {
        guard self.count == 0, unsafe self.storage.count > 0 else { return }
        unsafe self.storage.deallocate()
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// Lends at least `free` bytes behind the last one; `body` tells how many it has filled.
    @unsafe mutating func append(free: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        self.makeRoom(free)
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: self.storage[self.tail...])
        let filled = unsafe body(room)
        precondition(filled >= 0 && filled <= room.count)
        self.tail += filled
    }

    private mutating func makeRoom(_ free: Int) {
        if unsafe self.storage.count - self.tail >= free { return }
        let held = self.count
        if unsafe self.storage.count >= 2 * held + free {
            unsafe self.storage.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: self.storage[self.head..<self.tail]))
        } else {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: 2 * held + free, alignment: 16)
            unsafe larger.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: self.storage[self.head..<self.tail]))
            unsafe self.storage.deallocate()
            unsafe self.storage = larger
        }
        self.head = 0
        self.tail = held
    }
}
