internal import COpenSSL

/// Client TLS to servers of the web: each proves its host's name by a certificate of an authority
/// that is generally believed, and we show none. TLS 1.2 or newer.
@safe package final class WebTLSContext: Sendable {
    private nonisolated(unsafe) let context: OpaquePointer

    /// Where Debian has the authorities that browsers believe.
    package static let systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

    /// - Parameter authorities: A file of certificates in PEM.
    /// - Throws: `.badCertificate` if it holds none that can be used.
    package init(authorities: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw ErrorQueue.error(.library, "making a TLS context")
        }
        do throws(TLSError) {
            try ErrorQueue.check("requiring TLS 1.2") {
                unsafe florin_ctx_require_tls12(context)
            }
            try ErrorQueue.check("reading \(authorities)", code: .badCertificate) {
                unsafe SSL_CTX_load_verify_locations(context, authorities, nil)
            }
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        unsafe florin_ctx_disable_sessions(context)
        unsafe florin_ctx_set_modes(context)
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        unsafe self.context = context
    }

    deinit {
        unsafe SSL_CTX_free(self.context)
    }

    /// A connection's worth of TLS.
    ///
    /// - Parameters:
    ///   - host: Whose name, or address, the server's certificate must have.
    ///   - isAddress: Whether it is an address, which is not sent along as a name.
    package func makeStream(
        expecting host: String, isAddress: Bool
    ) throws(TLSError) -> TLSStream {
        ErrorQueue.clear()
        guard let ssl = unsafe SSL_new(self.context) else {
            throw ErrorQueue.error(.library, "making a TLS stream")
        }
        let isSet =
            isAddress
            ? unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1
            : unsafe SSL_set1_host(ssl, host) == 1 && florin_ssl_set_server_name(ssl, host) == 1
        guard isSet else {
            unsafe SSL_free(ssl)
            throw ErrorQueue.error(.invalidRequest, "asking for the host of a TLS stream")
        }
        return try unsafe TLSStream(owning: ssl, side: .client, proof: .host)
    }
}
