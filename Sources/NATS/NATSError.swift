/// Why something was not published, or a stream not be had.
package struct NATSError: Error, Hashable, Sendable {
    package enum Code: String, CaseIterable, Hashable, Sendable {
        /// No server answers there, or the connection broke.
        case unreachable
        /// The server or we do not trust the other's certificate, or only one wants TLS.
        case notSecure
        /// The server does not know the credentials, or they do not allow this.
        case notPermitted
        /// The server is there, and no stream of it takes the subject.
        case noStream
        /// There is a stream of this name, and it is not what was asked for.
        case wrongStream
        /// The stream did not take the message.
        case refused
        /// Something else did not come in time.
        case timedOut
        /// A file or a name that is configured cannot be used.
        case badConfiguration
        /// libnats refused for a reason of its own.
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

extension NATSError: CustomStringConvertible {
    package var description: String { "nats.\(self.code.rawValue): \(self.message)" }
}
