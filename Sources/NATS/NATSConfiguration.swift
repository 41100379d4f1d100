/// Where a NATS server is, and by what it and we are known.
package struct NATSConfiguration: Sendable {
    package enum Credentials: Sendable {
        case none
        case password(user: String, password: String)
        /// A file with a JWT and its seed, as `nsc` writes it. Read with every connection.
        case file(String)
    }

    package struct TLS: Sendable {
        /// A file with the authorities whose certificates the server may show.
        package var authorities: String
        /// Files that are shown to the server, for one that asks.
        package var own: (certificate: String, key: String)?

        package init(authorities: String, own: (certificate: String, key: String)? = nil) {
            self.authorities = authorities
            self.own = own
        }
    }

    /// `nats://host:port`, without credentials. Any of them will do.
    package var servers: [String]
    /// How we are called in the server's own lists.
    package var name: String
    /// `nil`: without TLS.
    package var tls: TLS?
    package var credentials: Credentials

    package init(
        servers: [String], name: String, tls: TLS? = nil, credentials: Credentials = .none
    ) {
        self.servers = servers
        self.name = name
        self.tls = tls
        self.credentials = credentials
    }

    /// Reads what files it names that libnats reads before it connects.
    ///
    /// - Throws: ``NATSError``
    package func check() throws(NATSError) { _ = try ConnectOptions.make(self) }
}
