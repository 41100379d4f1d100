internal import COpenSSL

/// One connection's TLS, without a socket: ciphertext in and out, plaintext in and out.
///
///     handshaking ──▶ established ──▶ closed (the peer said so)
///          └───────────────┴───────▶ failed (any error; the stream is dead)
///
/// Whoever owns it moves the bytes: it feeds what arrived, drains what is to be sent, and after
/// a failure drains once more, since the alert that tells the peer is waiting there.
@safe package struct TLSStream: ~Copyable {
    package enum State: Hashable, Sendable {
        case handshaking
        case established
        case closed
        case failed
    }

    package private(set) var state: State = .handshaking
    /// Who the peer is, by its certificate. Known once the stream is established, of peers that
    /// have to prove a role.
    package private(set) var peer: Role?
    /// The serial number of the peer's certificate, in upper-case hexadecimal; known with ``peer``.
    package private(set) var peerSerial: String?
    /// Who of the peer's role it is, if its certificate says so; known with ``peer``.
    package private(set) var peerHolder: String?

    /// What the peer has to prove.
    enum Proof {
        /// Its role, or any, by a certificate of the house's authority. The generation is of the
        /// files that it is checked against in the handshake.
        case role(Role?, TLSContext, generation: Int)
        /// Its host's name, which the context has OpenSSL check.
        case host
    }

    private let proof: Proof
    private let ssl: OpaquePointer
    private var plaintext = ByteQueue()
    /// On the heap, since OpenSSL holds its address.
    private let bio: UnsafeMutablePointer<MemoryBIO>

    /// The largest TLS record, and a little more.
    private static let recordRoom = 17_000

    init(
        context: TLSContext, handle: ContextHandle, generation: Int, expecting peer: Role?
    ) throws(TLSError) {
        ErrorQueue.clear()
        guard let ssl = unsafe handle.makeSSL() else {
            throw ErrorQueue.error(.library, "making a TLS stream")
        }
        try unsafe self.init(
            owning: ssl, side: context.side,
            proof: .role(peer, context, generation: generation))
    }

    /// Takes ownership of `ssl`, which has no BIO yet; frees it when this throws.
    init(owning ssl: OpaquePointer, side: TLSContext.Side, proof: Proof) throws(TLSError) {
        guard let method = unsafe MemoryBIO.method else {
            unsafe SSL_free(ssl)
            throw ErrorQueue.error(.library, "making a TLS stream")
        }
        guard let pipe = unsafe BIO_new(method.pointer) else {
            unsafe SSL_free(ssl)
            throw ErrorQueue.error(.library, "making a TLS stream")
        }
        let output = UnsafeMutablePointer<ByteQueue>.allocate(capacity: 1)
        unsafe output.initialize(to: ByteQueue())
        unsafe self.bio = .allocate(capacity: 1)
        unsafe self.bio.initialize(
            to: MemoryBIO(input: UnsafeRawBufferPointer(start: nil, count: 0), output: output))
        unsafe BIO_set_data(pipe, self.bio)
        unsafe BIO_set_init(pipe, 1)
        // One BIO for both directions: `SSL_set_bio` takes its one reference then.
        unsafe SSL_set_bio(ssl, pipe, pipe)
        switch side {
        case .client: unsafe SSL_set_connect_state(ssl)
        case .server: unsafe SSL_set_accept_state(ssl)
        }
        unsafe self.ssl = ssl
        self.proof = proof
    }

    deinit {
        unsafe SSL_free(self.ssl)
        unsafe self.bio.pointee.output.deinitialize(count: 1)
        unsafe self.bio.pointee.output.deallocate()
        unsafe self.bio.deinitialize(count: 1)
        unsafe self.bio.deallocate()
    }

    /// Begins the handshake. A client has something to send then.
    package mutating func start() throws(TLSError) {
        try self.feed(Span())
    }

    /// Takes what arrived. Afterwards there may be plaintext to consume, ciphertext to drain, both
    /// or neither, and the state may have changed.
    ///
    /// - Throws: `.peerRejected`, `.wrongRole`, `.rejectedByPeer`, `.protocolViolation`; the
    ///   stream is dead then. `.closed` if it was before.
    package mutating func feed(_ ciphertext: Span<UInt8>) throws(TLSError) {
        guard self.state != .failed else { throw TLSError(.closed, "the stream has failed") }
        let bio = unsafe self.bio
        let failure = unsafe ciphertext.withUnsafeBytes { bytes -> TLSError? in
            unsafe bio.pointee.input = bytes
            defer { unsafe bio.pointee.input = UnsafeRawBufferPointer(start: nil, count: 0) }
            do throws(TLSError) {
                if self.state == .handshaking { try self.advanceHandshake() }
                if self.state == .established { try self.decryptAll() }
                return nil
            } catch {
                return error
            }
        }
        if let failure {
            self.state = .failed
            throw failure
        }
    }

    /// Encrypts `bytes`; they wait to be drained.
    ///
    /// - Throws: `.closed` unless the stream is established.
    package mutating func write(_ bytes: Span<UInt8>) throws(TLSError) {
        guard self.state == .established else { throw TLSError(.closed, "not established") }
        let ssl = unsafe self.ssl
        let isWritten = unsafe bytes.withUnsafeBytes { bytes in
            ErrorQueue.clear()
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let start = unsafe UnsafeRawBufferPointer(rebasing: rest).baseAddress
                var count = 0
                guard unsafe SSL_write_ex(ssl, start, rest.count, &count) == 1 else { return false }
                unsafe rest = rest.dropFirst(count)
            }
            return true
        }
        guard isWritten else {
            self.state = .failed
            throw ErrorQueue.error(.library, "encrypting")
        }
    }

    /// Lends all plaintext that has not been consumed; `body` tells how much of it is done with.
    package mutating func consumePlaintext<Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Int
    ) throws(Failure) {
        let consumed = try self.plaintext.withSpan(body)
        self.plaintext.consume(consumed)
    }

    /// How much plaintext waits to be consumed.
    package var plaintextCount: Int { self.plaintext.count }

    /// Whether a record has begun to arrive whose end is still to come.
    package var holdsPartialRecord: Bool { unsafe SSL_has_pending(self.ssl) == 1 }

    /// How much ciphertext waits to be drained.
    package var ciphertextCount: Int { unsafe self.bio.pointee.output.pointee.count }

    /// Lends all ciphertext that is to be sent, and forgets it.
    package mutating func drainCiphertext(_ body: (Span<UInt8>) -> Void) {
        unsafe self.bio.pointee.output.pointee.withSpan(body)
        let count = self.ciphertextCount
        unsafe self.bio.pointee.output.pointee.consume(count)
    }

    /// Gives back the memory that is not in use, as long as the stream is idle.
    package mutating func trim() {
        self.plaintext.trim()
        unsafe self.bio.pointee.output.pointee.trim()
    }

    /// Tells the peer that nothing more will come. What was written before stays readable to it.
    package mutating func close() {
        guard self.state == .established else { return }
        ErrorQueue.clear()
        unsafe SSL_shutdown(self.ssl)
        ErrorQueue.clear()
        self.state = .closed
    }
}

extension TLSStream {
    /// Looks at the peer's certificate again, with the files that its context has taken up since:
    /// it may have been revoked, or its authority be believed no longer. Nothing is sent, and the
    /// stream goes on; whoever owns it closes it, at once, when this throws.
    ///
    /// It verifies a signature or two: call it from ``TLSContext/onReload(_:)``, not for every
    /// message.
    ///
    /// - Throws: `.peerRejected` with the reason.
    package func recheckPeer() throws(TLSError) {
        // Before its end the handshake itself checks, and after the stream's there is no peer.
        guard self.state == .established, case .role(_, let context, _) = self.proof else { return }
        try self.checkPeerAgain(in: context)
    }

    private func checkPeerAgain(in context: TLSContext) throws(TLSError) {
        guard let certificate = unsafe SSL_get1_peer_certificate(self.ssl) else {
            throw TLSError(.peerRejected, "the peer has no certificate")
        }
        defer { unsafe X509_free(certificate) }
        let refusal = unsafe context.handle.refusal(
            of: certificate, chain: SSL_get_peer_cert_chain(self.ssl),
            from: context.side == .client ? .server : .client)
        if let refusal {
            throw TLSError(.peerRejected, "the peer's certificate is refused now: \(refusal)")
        }
    }

    private mutating func advanceHandshake() throws(TLSError) {
        ErrorQueue.clear()
        let result = unsafe SSL_do_handshake(self.ssl)
        guard result == 1 else {
            if unsafe SSL_get_error(self.ssl, result) == SSL_ERROR_WANT_READ { return }
            throw self.failure("handshake")
        }
        if case .role(let expected, let context, let generation) = self.proof {
            try self.learnRole(expected, in: context, generation)
        }
        self.state = .established
    }

    private mutating func learnRole(
        _ expected: Role?, in context: TLSContext, _ generation: Int
    ) throws(TLSError) {
        guard let certificate = unsafe SSL_get1_peer_certificate(self.ssl) else {
            throw TLSError(.peerRejected, "the peer has no certificate")
        }
        let owned = unsafe Certificate(owning: certificate)
        guard let role = owned.role else {
            throw TLSError(.peerRejected, "the peer's certificate names no role")
        }
        let (serial, holder) = unsafe owned.withPointer {
            unsafe (Certificate.serial(of: $0), Certificate.holder(of: $0))
        }
        if let expected, role != expected {
            throw TLSError(.wrongRole, "the peer is \(role), not \(expected)")
        }
        // New files came while the hands were being shaken over the old ones.
        if context.generation != generation { try self.checkPeerAgain(in: context) }
        self.peer = role
        self.peerSerial = serial
        self.peerHolder = holder
    }

    /// Decrypts until the lent input is used up.
    private mutating func decryptAll() throws(TLSError) {
        let ssl = unsafe self.ssl
        while true {
            var result: Int32 = 0
            ErrorQueue.clear()
            unsafe self.plaintext.append(free: Self.recordRoom) { room in
                var count = 0
                unsafe result = SSL_read_ex(ssl, room.baseAddress, room.count, &count)
                return result == 1 ? count : 0
            }
            if result == 1 { continue }
            switch unsafe SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ:
                return
            case SSL_ERROR_ZERO_RETURN:
                self.state = .closed
                return
            default:
                throw self.failure("reading")
            }
        }
    }

    private func failure(_ doing: String) -> TLSError {
        let entries = ErrorQueue.collect()
        let text = entries.map(\.text).joined(separator: ", ")
        let verification = unsafe SSL_get_verify_result(self.ssl)
        if verification != X509_V_OK {
            if verification == Int(X509_V_ERR_CRL_HAS_EXPIRED) {
                return TLSError(
                    .peerRejected,
                    "nobody is let in: the revocation list ca.crl has expired, and a newer one is "
                        + "needed (florin certs crl)")
            }
            let why = unsafe String(cString: X509_verify_cert_error_string(verification))
            return TLSError(.peerRejected, "the peer's certificate was refused: \(why)")
        }
        if entries.contains(where: { $0.reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE }) {
            return TLSError(.peerRejected, "the peer showed no certificate")
        }
        // OpenSSL numbers the alerts it receives from here.
        if entries.contains(where: { $0.library == ERR_LIB_SSL && $0.reason > SSL_AD_REASON_OFFSET }
        ) {
            return TLSError(.rejectedByPeer, "\(doing): \(text)")
        }
        return TLSError(.protocolViolation, text.isEmpty ? doing : "\(doing): \(text)")
    }
}
