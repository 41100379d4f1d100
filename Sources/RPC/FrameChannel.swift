internal import NIOCore
internal import TLS

/// TLS and framing of one connection, as both ends need them. Belongs to one event loop.
///
/// Frames to send gather in `outgoing` and become TLS records together, once a tick: a record and a
/// write for each frame would cost five times as much.
///
/// The properties are apart, not one struct, because frames are handled while the stream lends
/// its plaintext: what a handler sends then must not touch the stream.
final class FrameChannel {
    private var stream: TLSStream
    private var decoder = FrameDecoder()
    private var outgoing: [UInt8] = []
    private(set) var peer: Role?
    /// As of what the peer has sent: `closed` says that the peer has closed in order.
    private(set) var state: TLSStream.State = .handshaking

    /// What an idle connection keeps of `outgoing`.
    private static let keptCapacity = 64 * 1024

    init(_ stream: consuming TLSStream) {
        self.stream = stream
    }

    /// How many bytes wait for the next ``seal(_:)``.
    var unsealedBytes: Int { self.outgoing.count }

    /// Begins the handshake of a client.
    func start() throws(TLSError) {
        try self.stream.start()
    }

    /// Takes ciphertext that came and calls `body` for each event in it.
    ///
    /// - Throws: ``TLSError``, or what `body` throws. The connection must end then.
    func receive(
        _ buffer: ByteBuffer,
        _ body: (FrameDecoder.Event, Span<UInt8>) throws(ProtocolViolation) -> Void
    ) throws {
        // What came before an error is good: it was authenticated record by record.
        let failure = Result { () throws(TLSError) in
            try self.stream.feed(buffer.readableBytesUInt8Span)
        }
        self.peer = self.stream.peer
        self.state = self.stream.state
        try self.stream.consumePlaintext { (bytes) throws(ProtocolViolation) in
            var offset = 0
            while let event = self.decoder.next(in: bytes, at: &offset) {
                try body(event, bytes)
            }
            return offset
        }
        try failure.get()
    }

    func send(stream: UInt32, kind: FrameKind, flags: FrameFlags = [], payload: [UInt8]) {
        self.outgoing.appendFrame(stream: stream, kind: kind, flags: flags, payload: payload)
    }

    /// Encrypts what has gathered, and returns what is to be written; `nil` if there is nothing.
    func seal(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        if !self.outgoing.isEmpty, self.stream.state == .established {
            // It can fail only for want of memory; the stream is dead then and the read side sees it.
            try? self.stream.write(self.outgoing.span)
            self.outgoing.removeAll(keepingCapacity: self.outgoing.capacity <= Self.keptCapacity)
        }
        guard self.stream.ciphertextCount > 0 else { return nil }
        var buffer = allocator.buffer(capacity: self.stream.ciphertextCount)
        self.stream.drainCiphertext { _ = buffer.writeBytes($0.bytes) }
        return buffer
    }

    /// Says that nothing more will come, behind what was sent. ``seal(_:)`` must follow.
    func close(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        var last = self.seal(allocator)
        self.stream.close()
        if var closing = self.seal(allocator) {
            if last == nil { last = closing } else { last?.writeBuffer(&closing) }
        }
        return last
    }
}
