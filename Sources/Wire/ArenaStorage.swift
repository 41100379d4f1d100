internal import CProtobufC
internal import Glibc

/// What an ``Arena`` owns: its chunks of memory and the C allocator that hands them out.
///
/// Used by one thread at a time. A thread keeps one between messages; taking it while it is
/// lent out makes another, which is freed after use.
@safe final class ArenaStorage {
    /// The first chunk, and the most that is kept between messages.
    private static let smallestChunk = 64 << 10
    private static let largestKeptChunk = 1 << 20

    /// Most bytes to hand out before the next ``reset()``.
    var limit = Int.max
    private(set) var overflowed = false

    /// Every chunk, the one in use last.
    private var chunks: [UnsafeMutableRawBufferPointer]
    /// The free part of the last chunk.
    private var cursor: UnsafeMutableRawPointer
    private var free = 0
    private var handedOut = 0

    /// Points back here through `allocator_data`, unretained: it lives exactly as long as this.
    let allocator: UnsafeMutablePointer<ProtobufCAllocator>

    private init() {
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Self.smallestChunk, alignment: 16)
        unsafe self.chunks = [chunk]
        guard let start = chunk.baseAddress else { preconditionFailure("an empty chunk") }
        unsafe self.cursor = start
        self.free = chunk.count
        unsafe self.allocator = .allocate(capacity: 1)
        unsafe self.allocator.initialize(
            to: ProtobufCAllocator(
                alloc: { data, size in
                    guard let data = unsafe data else { return nil }
                    return unsafe Unmanaged<ArenaStorage>.fromOpaque(data)
                        ._withUnsafeGuaranteedRef { unsafe $0.allocate(size) }
                },
                free: { _, _ in },
                allocator_data: Unmanaged.passUnretained(self).toOpaque()))
    }

    deinit {
        for index in unsafe self.chunks.indices { unsafe self.chunks[index].deallocate() }
        unsafe self.allocator.deallocate()
    }

    /// Memory aligned to 16 bytes, or `nil` when the limit is reached.
    func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        // A size near Int.max would wrap around when it is rounded up.
        guard size >= 0, size <= Int.max - 15 else {
            self.overflowed = true
            return nil
        }
        let rounded = (size + 15) & ~15
        guard rounded <= self.limit - self.handedOut else {
            self.overflowed = true
            return nil
        }
        if rounded > self.free { self.addChunk(atLeast: rounded) }
        let memory = unsafe self.cursor
        unsafe self.cursor += rounded
        self.free -= rounded
        self.handedOut += rounded
        return unsafe memory
    }

    private func addChunk(atLeast size: Int) {
        let last = unsafe self.chunks.last?.count ?? 0
        let chunk = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(size, last * 2), alignment: 16)
        guard let start = chunk.baseAddress else { preconditionFailure("an empty chunk") }
        unsafe self.chunks.append(chunk)
        unsafe self.cursor = start
        self.free = chunk.count
    }

    /// Takes back all that was handed out. The largest chunk of modest size stays, so that a
    /// thread that sees large messages soon has room for one in a single chunk.
    private func reset() {
        if unsafe self.chunks.count > 1 {
            let kept = unsafe self.chunks.lastIndex { $0.count <= Self.largestKeptChunk } ?? 0
            let keptChunk = unsafe self.chunks[kept]
            for index in unsafe self.chunks.indices where index != kept {
                unsafe self.chunks[index].deallocate()
            }
            unsafe self.chunks = [keptChunk]
        }
        if let chunk = unsafe self.chunks.first, let start = chunk.baseAddress {
            unsafe self.cursor = start
            self.free = chunk.count
        }
        self.handedOut = 0
        self.overflowed = false
        self.limit = .max
    }
}

extension ArenaStorage {
    /// Each thread's spare storage. A thread that ends releases its own.
    private static let spare: pthread_key_t = {
        var key = pthread_key_t()
        let status = unsafe pthread_key_create(&key) { storage in
            guard let storage = unsafe storage else { return }
            unsafe Unmanaged<ArenaStorage>.fromOpaque(storage).release()
        }
        precondition(status == 0, "no thread-specific key is left: \(status)")
        return key
    }()

    /// The thread's spare storage, or a new one while that is lent out.
    static func take() -> ArenaStorage {
        guard let spare = unsafe pthread_getspecific(Self.spare) else { return ArenaStorage() }
        pthread_setspecific(Self.spare, nil)
        return unsafe Unmanaged<ArenaStorage>.fromOpaque(spare).takeRetainedValue()
    }

    /// Empties the storage and leaves it to the thread, unless that has one already.
    func putBack() {
        self.reset()
        guard unsafe pthread_getspecific(Self.spare) == nil else { return }
        unsafe pthread_setspecific(Self.spare, Unmanaged.passRetained(self).toOpaque())
    }
}
