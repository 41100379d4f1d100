internal import Messages
internal import Wire

// Frames are written where they are sent from: the header first, its length once it is known.
extension WriteBuffer {
    private mutating func appendHeader(
        _ stream: UInt32, _ kind: FrameKind, _ flags: FrameFlags, length: Int = 0
    ) {
        self.append(bigEndian: UInt32(truncatingIfNeeded: length))
        self.append(bigEndian: stream)
        self.append(kind.rawValue)
        self.append(flags.rawValue)
    }

    /// Writes the length of the frame that begins at `start`, unless it is too large: then it is
    /// taken back.
    ///
    /// - Returns: Whether it stays.
    private mutating func endFrame(startedAt start: Int) -> Bool {
        let length = self.count - start - FrameHeader.size
        guard length <= FrameHeader.payloadLimit else {
            self.truncate(to: start)
            return false
        }
        self.overwrite(bigEndian: UInt32(length), at: start)
        return true
    }

    /// Appends the request that opens a stream.
    ///
    /// - Returns: Whether it is within the limit; if not, nothing was appended.
    mutating func appendRequest(
        _ stream: UInt32, _ flags: FrameFlags, method: MethodDescriptor, payload: [UInt8],
        left: Duration, metadata: Metadata, traceParent: TraceParent
    ) -> Bool {
        let start = self.count
        self.appendHeader(stream, .request, flags)
        self.append(method.requestPrefix)
        if !payload.isEmpty {
            self.append(0x1a)
            self.append(varint: UInt64(payload.count))
            self.append(payload)
        }
        self.append(0x20)
        self.append(varint: UInt64(Timeout.nanoseconds(of: left)))
        self.appendTrace(traceParent)
        for pair in metadata.pairs { self.appendEntry(pair.key, pair.value) }
        return self.endFrame(startedAt: start)
    }

    private mutating func appendTrace(_ traceParent: TraceParent) {
        let key = TraceParent.key
        self.append(0x2a)
        self.append(UInt8(key.count + TraceParent.textSize + 4))
        self.append(0x0a)
        self.append(UInt8(key.count))
        self.append(key)
        self.append(0x12)
        self.append(UInt8(TraceParent.textSize))
        traceParent.write(to: &self)
    }

    private mutating func appendEntry(_ key: String, _ value: String) {
        let keySize = key.utf8.count
        let valueSize = value.utf8.count
        let size =
            2 + Self.size(ofVarint: UInt64(keySize)) + keySize
            + Self.size(ofVarint: UInt64(valueSize)) + valueSize
        self.append(0x2a)
        self.append(varint: UInt64(size))
        self.append(0x0a)
        self.append(varint: UInt64(keySize))
        self.append(key)
        self.append(0x12)
        self.append(varint: UInt64(valueSize))
        self.append(value)
    }

    /// Appends the response that ends a stream well; in its place an error, if it is too large.
    mutating func appendResponse(_ stream: UInt32, payload: [UInt8]) {
        let start = self.count
        self.appendHeader(stream, .response, [])
        if !payload.isEmpty {
            self.append(0x12)
            self.append(varint: UInt64(payload.count))
            self.append(payload)
        }
        if !self.endFrame(startedAt: start) {
            self.appendResponse(stream, error: .responseTooLarge(payload.count))
        }
    }

    /// Appends the response that ends a stream well; in its place an error, if it is too large.
    mutating func appendResponse(_ stream: UInt32, message: borrowing PackedMessage) {
        let start = self.count
        self.appendHeader(stream, .response, [])
        if message.byteCount > 0 {
            self.append(0x12)
            self.append(varint: UInt64(message.byteCount))
            self.append(message)
        }
        if !self.endFrame(startedAt: start) {
            self.appendResponse(stream, error: .responseTooLarge(message.byteCount))
        }
    }

    /// Appends the response that ends a stream with an error. Errors are within the limit.
    mutating func appendResponse(_ stream: UInt32, error: RPCError) {
        let start = self.count
        self.appendHeader(stream, .response, [])
        self.append(TTRPC.Response(status: error.status).encoded())
        if !self.endFrame(startedAt: start) {
            let short = RPCError(code: error.code, reason: error.reason, message: "")
            self.appendResponse(stream, error: short)
        }
    }

    /// Appends a message of a stream. `payload` must be within the limit.
    mutating func appendData(_ stream: UInt32, _ flags: FrameFlags, payload: [UInt8]) {
        precondition(payload.count <= FrameHeader.payloadLimit)
        self.appendHeader(stream, .data, flags, length: payload.count)
        self.append(payload)
    }
}
