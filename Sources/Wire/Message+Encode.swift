internal import CProtobufC

/// A message laid out for packing: its size is known, its bytes are written where the caller
/// wants them.
@safe package struct PackedMessage: ~Copyable {
    private let arena: Arena
    private let message: UnsafePointer<ProtobufCMessage>

    /// Bytes on the wire.
    package let byteCount: Int

    package init(_ value: some Message) {
        let arena = Arena()
        let descriptor = unsafe type(of: value).layout.descriptor
        let size = unsafe descriptor.pointee.sizeof_message
        let memory = unsafe UnsafeMutableRawPointer(arena.allocate(UInt8.self, count: size))
        let message = unsafe memory.bindMemory(to: ProtobufCMessage.self, capacity: 1)
        unsafe descriptor.pointee.message_init(message)
        unsafe value.pack(into: memory, arena)
        self.byteCount = unsafe protobuf_c_message_get_packed_size(message)
        unsafe self.message = UnsafePointer(message)
        self.arena = arena
    }

    /// Writes the bytes to the start of `buffer`, which must have room for ``byteCount``.
    @unsafe package borrowing func write(to buffer: UnsafeMutableRawBufferPointer) {
        precondition(buffer.count >= self.byteCount, "no room for the message")
        guard self.byteCount > 0, let start = buffer.baseAddress else { return }
        let written = unsafe protobuf_c_message_pack(
            self.message, start.assumingMemoryBound(to: UInt8.self))
        precondition(written == self.byteCount, "protobuf-c packed another size than it told")
    }
}

extension Message {
    /// The message's bytes: fields in the order of their numbers, defaults left out.
    package func encoded() -> [UInt8] {
        let packed = PackedMessage(self)
        return unsafe [UInt8](unsafeUninitializedCapacity: packed.byteCount) { buffer, count in
            unsafe packed.write(to: UnsafeMutableRawBufferPointer(buffer))
            count = packed.byteCount
        }
    }
}
