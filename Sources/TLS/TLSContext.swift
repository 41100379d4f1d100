internal import COpenSSL
internal import Synchronization

/// What one process shows its peers and asks of them: its certificate and key, the authority it
/// believes, TLS 1.3 and nothing older.
///
/// Shared by all connections of one side. Streams made before ``reload()`` keep what they have.
package final class TLSContext: Sendable {
    package enum Side: Hashable, Sendable {
        case client
        case server
    }

    package let role: Role
    package let side: Side
    private let folder: String
    private let handle: Mutex<ContextHandle>

    /// Reads `ca.crt`, `<role>.crt` and `<role>.key` from `folder`.
    ///
    /// - Throws: `.file` if one cannot be read; `.badCertificate` if one is unusable, the key is
    ///   not the certificate's, or the certificate names another role.
    package init(certificates folder: String, role: Role, side: Side) throws(TLSError) {
        self.role = role
        self.side = side
        self.folder = folder
        self.handle = Mutex(try ContextHandle(folder: folder, role: role, side: side))
    }

    /// Reads the files again, for the connections to come. If they are unusable the old ones stay.
    package func reload() throws(TLSError) {
        let fresh = try ContextHandle(folder: self.folder, role: self.role, side: self.side)
        self.handle.withLock { $0 = fresh }
    }

    /// A connection's worth of TLS.
    ///
    /// - Parameter peer: The role that the other side must have; `nil` lets any role in.
    package func makeStream(expecting peer: Role? = nil) throws(TLSError) -> TLSStream {
        let handle = self.handle.withLock { $0 }
        return try TLSStream(context: handle, side: self.side, expecting: peer)
    }
}

/// Owns one `SSL_CTX *`, which OpenSSL lets many threads use once it is set up.
@safe final class ContextHandle: Sendable {
    private nonisolated(unsafe) let context: OpaquePointer

    init(folder: String, role: Role, side: TLSContext.Side) throws(TLSError) {
        ErrorQueue.clear()
        let method = unsafe side == .client ? TLS_client_method() : TLS_server_method()
        guard let context = unsafe SSL_CTX_new(method) else {
            throw ErrorQueue.error(.library, "making a TLS context")
        }
        unsafe self.context = context
        try unsafe Self.restrict(context)
        try unsafe Self.load(into: context, folder: folder, role: role)
        unsafe SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verifyPeerHasRole)
    }

    deinit {
        unsafe SSL_CTX_free(self.context)
    }

    func makeSSL() -> OpaquePointer? {
        unsafe SSL_new(self.context)
    }

    /// TLS 1.3 with AEAD suites, and none of what connections between services do not need:
    /// sessions and tickets would let a peer in again without showing its certificate.
    private static func restrict(_ context: OpaquePointer) throws(TLSError) {
        try ErrorQueue.check("requiring TLS 1.3") { unsafe florin_ctx_require_tls13(context) }
        try ErrorQueue.check("choosing cipher suites") {
            unsafe SSL_CTX_set_ciphersuites(
                context,
                "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256")
        }
        try ErrorQueue.check("choosing groups") {
            unsafe florin_ctx_set_groups(context, "X25519:P-256")
        }
        try ErrorQueue.check("disabling tickets") { unsafe SSL_CTX_set_num_tickets(context, 0) }
        unsafe florin_ctx_disable_sessions(context)
        unsafe florin_ctx_set_modes(context)
    }

    private static func load(
        into context: OpaquePointer, folder: String, role: Role
    ) throws(TLSError) {
        let authority = "\(folder)/ca.crt"
        let chain = "\(folder)/\(role).crt"
        let key = "\(folder)/\(role).key"
        let certificate = try Certificate(pem: Files.read(chain), named: chain)
        guard certificate.role == role else {
            throw TLSError(.badCertificate, "\(chain) is not a certificate of the role \(role)")
        }
        _ = try Files.read(authority)
        _ = try Files.read(key)
        try ErrorQueue.check("reading \(authority)", code: .badCertificate) {
            unsafe SSL_CTX_load_verify_locations(context, authority, nil)
        }
        try ErrorQueue.check("reading \(chain)", code: .badCertificate) {
            unsafe SSL_CTX_use_certificate_chain_file(context, chain)
        }
        try ErrorQueue.check("reading \(key)", code: .badCertificate) {
            unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM)
        }
        try ErrorQueue.check("\(key) does not belong to \(chain)", code: .badCertificate) {
            unsafe SSL_CTX_check_private_key(context)
        }
    }
}

/// Called for each certificate of the peer's chain; at its end, the peer's own, asks for a role
/// as well. Refused here, the peer is told by an alert in place of a silent close.
private func verifyPeerHasRole(isGood: Int32, store: OpaquePointer?) -> Int32 {
    guard isGood == 1, unsafe X509_STORE_CTX_get_error_depth(store) == 0 else { return isGood }
    guard let certificate = unsafe X509_STORE_CTX_get_current_cert(store),
        unsafe Certificate.role(of: certificate) != nil
    else {
        unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION)
        return 0
    }
    return 1
}
