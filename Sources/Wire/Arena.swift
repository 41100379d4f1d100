internal import CProtobufC
internal import Glibc

/// The memory that one message is unpacked into or packed from.
///
/// A bump allocator: protobuf-c makes many small allocations for a message and gives all of them
/// up together. Its memory is lent by the thread and goes back, emptied, when the value goes
/// out of scope, so the usual message costs no `malloc`.
@safe package struct Arena: ~Copyable {
    let storage: ArenaStorage

    /// - Parameter limit: Most bytes to hand out. protobuf-c's unpacking then fails, and
    ///   ``overflowed`` tells that this was why.
    package init(limit: Int = .max) {
        self.storage = ArenaStorage.take()
        self.storage.limit = limit
    }

    deinit { self.storage.putBack() }

    /// Whether an allocation was refused because of the limit.
    var overflowed: Bool { self.storage.overflowed }
}

// Generated code packs messages with these. They are for arenas without a limit: there is no
// refusal to report, and running out of memory ends the process as it does anywhere in Swift.
extension Arena {
    /// Uninitialized room for `count` values, aligned to 16 bytes.
    @unsafe package borrowing func allocate<Value>(
        _ type: Value.Type = Value.self, count: Int = 1
    ) -> UnsafeMutablePointer<Value> {
        let size = MemoryLayout<Value>.stride * count
        guard let memory = unsafe self.storage.allocate(size) else {
            preconditionFailure("messages are packed in arenas without a limit")
        }
        return unsafe memory.bindMemory(to: Value.self, capacity: count)
    }

    /// Copies a string's UTF-8 and points `data` to it.
    ///
    /// - Returns: How many bytes it has.
    @unsafe package borrowing func copy(
        _ string: String, to data: inout UnsafeMutablePointer<UInt8>?
    ) -> Int {
        var string = string
        return string.withUTF8 { unsafe self.copy($0, to: &data) }
    }

    /// Copies bytes and points `data` to them.
    ///
    /// - Returns: How many there are.
    @unsafe package borrowing func copy(
        _ bytes: [UInt8], to data: inout UnsafeMutablePointer<UInt8>?
    ) -> Int {
        unsafe bytes.withUnsafeBufferPointer { unsafe self.copy($0, to: &data) }
    }

    private borrowing func copy(
        _ source: UnsafeBufferPointer<UInt8>, to data: inout UnsafeMutablePointer<UInt8>?
    ) -> Int {
        guard let start = source.baseAddress, source.count > 0 else {
            unsafe data = nil
            return 0
        }
        let target = unsafe self.allocate(UInt8.self, count: source.count)
        unsafe target.initialize(from: start, count: source.count)
        unsafe data = target
        return source.count
    }
}
