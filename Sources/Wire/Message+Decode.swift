internal import CProtobufC

extension Message {
    /// Decodes a message.
    ///
    /// - Throws: ``WireError``, whatever the bytes are.
    package init(decoding bytes: RawSpan, limits: WireLimits = .standard) throws(WireError) {
        self = try unsafe bytes.withUnsafeBytes { (buffer) throws(WireError) in
            try unsafe Self(decoding: buffer, limits: limits)
        }
    }

    /// Decodes a message.
    ///
    /// - Throws: ``WireError``, whatever the bytes are.
    package init(decoding bytes: [UInt8], limits: WireLimits = .standard) throws(WireError) {
        try unsafe self.init(decoding: bytes.span.bytes, limits: limits)
    }

    /// Decodes a message from memory that stays valid during the call.
    ///
    /// - Throws: ``WireError``, whatever the bytes are.
    @unsafe package init(
        decoding bytes: UnsafeRawBufferPointer, limits: WireLimits = .standard
    ) throws(WireError) {
        let layout = Self.layout
        guard bytes.count <= limits.messageBytes else {
            throw WireError(.tooLarge, message: Self.messageName)
        }
        if layout.maximumDepth.map({ $0 > limits.depth }) ?? true,
            let refusal = unsafe DepthScan.check(bytes, layout, limit: limits.depth)
        {
            throw WireError(refusal, message: Self.messageName)
        }
        let arena = Arena(limit: limits.memoryBytes)
        // protobuf-c answers NULL both for bytes it cannot read and for memory it did not get.
        let message = unsafe protobuf_c_message_unpack(
            layout.descriptor, arena.storage.allocator, bytes.count,
            bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        guard let message = unsafe message else {
            let code: WireError.Code = arena.overflowed ? .tooLarge : .malformed
            throw WireError(code, message: Self.messageName)
        }
        try unsafe self.init(unpacking: UnsafeRawPointer(message))
    }
}
