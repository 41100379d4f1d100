internal import NIOCore
internal import TLS
internal import Wire

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
    /// Frames for the next ``seal(_:)``.
    var outgoing = WriteBuffer()
    private(set) var peer: Role?
    /// The serial number of the peer's certificate; known with ``peer``.
    private(set) var peerSerial: String?
    private(set) var peerHolder: String?
    /// As of what the peer has sent: `closed` says that the peer has closed in order.
    private(set) var state: TLSStream.State = .handshaking

    /// Frames that are more than this are sealed before the tick ends.
    private static let roomForFrames = 256 * 1024

    init(_ stream: consuming TLSStream) {
        self.stream = stream
    }

    /// How many bytes wait for the next ``seal(_:)``.
    var unsealedBytes: Int { self.outgoing.count }

    /// Whether a frame, or a record with one, has begun to arrive whose end is still to come.
    var isWithinFrame: Bool {
        self.decoder.isWithinFrame || self.stream.plaintextCount > 0
            || self.stream.holdsPartialRecord
    }

    /// Begins the handshake of a client.
    func start() throws(TLSError) {
        try self.stream.start()
    }

    /// Looks at the peer's certificate again, by the authority and the revocations of now.
    ///
    /// - Throws: `.peerRejected`. The connection must end then.
    func recheckPeer() throws(TLSError) {
        try self.stream.recheckPeer()
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
        if self.peerSerial == nil {
            self.peerSerial = self.stream.peerSerial
            self.peerHolder = self.stream.peerHolder
        }
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

    /// Encrypts what has gathered, and returns what is to be written; `nil` if there is nothing.
    func seal(_ allocator: ByteBufferAllocator) -> ByteBuffer? {
        if !self.outgoing.isEmpty, self.stream.state == .established {
            self.outgoing.withSpan { frames in
                // It can fail only for want of memory; the stream is dead then and the read side
                // sees it.
                try? self.stream.write(frames)
            }
            self.outgoing.removeAll()
            if self.outgoing.capacity > Self.roomForFrames { self.outgoing.trim() }
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

    /// Gives back the memory that an idle connection does not need.
    func trim() {
        self.outgoing.trim()
        self.stream.trim()
    }
}
