/// Why a certificate could not be used, or a connection not be secured.
package struct TLSError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Hashable, Sendable {
        /// A file is missing, unreadable or not writable.
        case file
        /// The files are there already, and nobody asked to replace them.
        case exists
        /// A file holds no certificate, key or revocation list that can be used, or they do not
        /// belong together.
        case badCertificate
        /// Something asked for cannot be put into a certificate.
        case invalidRequest
        /// The peer's certificate is absent, of another authority, expired, revoked or without a
        /// role; or the list to look it up in has expired.
        case peerRejected
        /// The peer is genuine, but is not who was asked for.
        case wrongRole
        /// The peer refused us by an alert.
        case rejectedByPeer
        /// The bytes are not TLS, or not of this connection.
        case protocolViolation
        /// The stream was used after it had failed or ended.
        case closed
        /// OpenSSL refused for a reason of its own: out of memory, a missing provider.
        case library
    }

    package let code: Code
    /// What happened, without secrets: safe to log.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension TLSError: CustomStringConvertible {
    package var description: String { "tls.\(self.code.rawValue): \(self.message)" }
}
