internal import COpenSSL

/// Owns one `SSL_CTX *`, which OpenSSL lets many threads use once it is set up.
@safe final class ContextHandle: Sendable {
    private nonisolated(unsafe) let context: OpaquePointer
    /// What the files said of themselves.
    let identity: Identity

    init(folder: String, role: Role, side: TLSContext.Side) throws(TLSError) {
        ErrorQueue.clear()
        let method = unsafe side == .client ? TLS_client_method() : TLS_server_method()
        guard let context = unsafe SSL_CTX_new(method) else {
            throw ErrorQueue.error(.library, "making a TLS context")
        }
        do throws(TLSError) {
            try unsafe Self.restrict(context)
            self.identity = try unsafe Self.load(into: context, folder: folder, role: role)
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        unsafe SSL_CTX_set_verify(
            context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verifyPeerHasRole)
        unsafe self.context = context
    }

    deinit {
        unsafe SSL_CTX_free(self.context)
    }

    func makeSSL() -> OpaquePointer? {
        unsafe SSL_new(self.context)
    }

    /// Why a peer that was let in earlier would not be let in by these files; `nil` if it would.
    ///
    /// Times are left aside: a certificate that ran out ends no connection that is open, and a
    /// revocation list that did says no less about who is on it.
    ///
    /// - Parameter chain: What else the peer has shown, as a `STACK_OF(X509) *`.
    func refusal(
        of certificate: OpaquePointer, chain: OpaquePointer?, from side: TLSContext.Side
    ) -> String? {
        unsafe Self.refusal(
            of: certificate, chain: chain, in: self.context,
            as: side == .client ? "ssl_client" : "ssl_server",
            flags: self.identity.list == nil ? 0 : X509_V_FLAG_CRL_CHECK)
    }

    private static func refusal(
        of certificate: OpaquePointer?, chain: OpaquePointer?, in context: OpaquePointer,
        as purpose: String, flags: Int32
    ) -> String? {
        defer { ErrorQueue.clear() }
        guard let verification = unsafe X509_STORE_CTX_new() else { return "out of memory" }
        defer { unsafe X509_STORE_CTX_free(verification) }
        guard
            unsafe X509_STORE_CTX_init(
                verification, SSL_CTX_get_cert_store(context), certificate, chain) == 1,
            unsafe X509_STORE_CTX_set_default(verification, purpose) == 1
        else { return "out of memory" }
        unsafe X509_STORE_CTX_set_flags(
            verification, UInt(X509_V_FLAG_NO_CHECK_TIME) | UInt(flags))
        if unsafe X509_verify_cert(verification) == 1 { return nil }
        let error = unsafe X509_STORE_CTX_get_error(verification)
        return unsafe String(cString: X509_verify_cert_error_string(Int(error)))
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
    ) throws(TLSError) -> Identity {
        let authority = "\(folder)/ca.crt"
        let chain = "\(folder)/\(role).crt"
        let key = "\(folder)/\(role).key"
        let certificate = try Certificate(pem: Files.read(chain), named: chain)
        guard certificate.role == role else {
            throw TLSError(.badCertificate, "\(chain) is not a certificate of the role \(role)")
        }
        let issuer = try Certificate(pem: Files.read(authority), named: authority)
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
        let doubt = unsafe Self.refusal(
            of: SSL_CTX_get0_certificate(context), chain: florin_ctx_chain(context),
            in: context, as: "ssl_client", flags: 0)
        let list = try unsafe Self.loadList(into: context, folder: folder, issuer: issuer)
        return Identity(own: certificate, isTrusted: doubt == nil, authority: issuer, list: list)
    }

    /// Has every peer looked up in `ca.crl`, if there is one.
    private static func loadList(
        into context: OpaquePointer, folder: String, issuer: borrowing Certificate
    ) throws(TLSError) -> RevocationInfo? {
        let path = "\(folder)/ca.crl"
        guard Files.exists(path) else { return nil }
        let list = try RevocationList(pem: Files.read(path), named: path)
        guard list.isSigned(by: issuer) else {
            throw TLSError(.badCertificate, "\(path) is not signed by the authority in ca.crt")
        }
        try unsafe list.withPointer { (list) throws(TLSError) in
            try ErrorQueue.check("using \(path)") {
                unsafe X509_STORE_add_crl(SSL_CTX_get_cert_store(context), list)
            }
        }
        try ErrorQueue.check("using \(path)") {
            unsafe X509_VERIFY_PARAM_set_flags(
                SSL_CTX_get0_param(context), UInt(X509_V_FLAG_CRL_CHECK))
        }
        return RevocationInfo(path: path, list: list)
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
