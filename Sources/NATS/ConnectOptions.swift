internal import CNATS
internal import Glibc

/// Owns one `natsOptions *`: how a connection is made.
@safe struct ConnectOptions: ~Copyable {
    private let options: OpaquePointer

    /// For a server to answer, each of those that are configured.
    private static let connectMilliseconds: Int64 = 2_000
    private static let writeMilliseconds: Int64 = 5_000

    /// Takes ownership of `options`.
    private init(owning options: OpaquePointer) { unsafe self.options = options }

    static func make(_ configuration: NATSConfiguration) throws(NATSError) -> ConnectOptions {
        var made: OpaquePointer?
        try NATSError.check(unsafe natsOptions_Create(&made), "making options")
        guard let made = unsafe made else { throw NATSError(.library, "making options") }
        let options = unsafe ConnectOptions(owning: made)
        try options.add(servers: configuration.servers)
        try options.add(name: configuration.name)
        try options.add(configuration.tls)
        try options.add(configuration.credentials)
        return options
    }

    deinit { unsafe natsOptions_Destroy(self.options) }

    /// Connects; returns a `natsConnection *` that the caller destroys.
    func connect() throws(NATSError) -> OpaquePointer {
        var connection: OpaquePointer?
        let status = unsafe natsConnection_Connect(&connection, self.options)
        guard status == NATS_OK, let connection = unsafe connection else {
            throw NATSError(status, "connecting")
        }
        return unsafe connection
    }

    private func add(servers: [String]) throws(NATSError) {
        let copies = unsafe servers.map { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        var list = unsafe copies.map { unsafe UnsafePointer<CChar>($0) }
        try self.check(
            "servers", unsafe natsOptions_SetServers(self.options, &list, Int32(list.count)))
    }

    private func add(name: String) throws(NATSError) {
        try self.check("name", unsafe natsOptions_SetName(self.options, name))
        // A connection that broke is not mended: what was under way on it would be sent late.
        try self.check("reconnect", unsafe natsOptions_SetAllowReconnect(self.options, false))
        try self.check(
            "timeout", unsafe natsOptions_SetTimeout(self.options, Self.connectMilliseconds))
        try self.check(
            "deadline", unsafe natsOptions_SetWriteDeadline(self.options, Self.writeMilliseconds))
        // libnats would print what the server says unasked to stderr.
        try self.check(
            "handler", unsafe natsOptions_SetErrorHandler(self.options, { _, _, _, _ in }, nil))
    }

    private func add(_ tls: NATSConfiguration.TLS?) throws(NATSError) {
        guard let tls else { return }
        try self.check("TLS", unsafe natsOptions_SetSecure(self.options, true))
        try self.check(
            tls.authorities,
            unsafe natsOptions_LoadCATrustedCertificates(self.options, tls.authorities))
        guard let own = tls.own else { return }
        try self.check(
            own.certificate,
            unsafe natsOptions_LoadCertificatesChain(self.options, own.certificate, own.key))
    }

    private func add(_ credentials: NATSConfiguration.Credentials) throws(NATSError) {
        switch credentials {
        case .none: break
        case .password(let user, let password):
            try self.check(
                "user", unsafe natsOptions_SetUserInfo(self.options, user, password))
        case .file(let path):
            try self.check(
                path, unsafe natsOptions_SetUserCredentialsFromFiles(self.options, path, nil))
        }
    }

    private func check(_ what: String, _ status: natsStatus) throws(NATSError) {
        guard status == NATS_OK else {
            throw NATSError(.badConfiguration, NATSError(status, what).message)
        }
    }
}
