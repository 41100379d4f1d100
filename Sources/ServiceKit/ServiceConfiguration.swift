package import Logging
internal import RPC
package import TLS

/// What every service is configured with. `docs/configuration.md` lists the keys.
package struct ServiceConfiguration: Sendable {
    package var listenHost: String
    /// 0: any free one.
    package var listenPort: Int
    /// Where each peer is: `host:port`, or several with commas between them.
    package var peers: [Role: String]
    /// The folder with `ca.crt` and the role's own certificate and key.
    package var certificates: String
    /// A libpq connection string; may name several hosts. Holds a secret.
    package var databaseDSN: String
    package var databaseConnections: Int
    /// How long the start waits for the database and its schema.
    package var databaseWait: Duration
    /// The folder of the service's migrations, to compare the schema with.
    package var migrations: String
    package var logLevel: Logger.Level
    /// How long accepted calls may take to finish once the process was asked to stop.
    package var drainTimeout: Duration
    /// Whether the end of standard input means: stop. A parent that holds the other end of a pipe
    /// thereby takes its children with it, however it ends.
    package var stopsWithInput: Bool
    /// Where to tell metrics and health by plain HTTP; `nil`: nowhere.
    package var metricsAddress: HostAndPort?

    package init(
        listenHost: String, listenPort: Int, peers: [Role: String], certificates: String,
        databaseDSN: String, databaseConnections: Int = 8, databaseWait: Duration = .seconds(30),
        migrations: String, logLevel: Logger.Level = .info,
        drainTimeout: Duration = .seconds(20), stopsWithInput: Bool = false,
        metricsAddress: HostAndPort? = nil
    ) {
        self.listenHost = listenHost
        self.listenPort = listenPort
        self.peers = peers
        self.certificates = certificates
        self.databaseDSN = databaseDSN
        self.databaseConnections = databaseConnections
        self.databaseWait = databaseWait
        self.migrations = migrations
        self.logLevel = logLevel
        self.drainTimeout = drainTimeout
        self.stopsWithInput = stopsWithInput
        self.metricsAddress = metricsAddress
    }

    /// Reads the configuration of the service with `role`, which calls `peers`.
    ///
    /// - Throws: ``ConfigurationError`` for the first key that is missing or wrong.
    package init(_ settings: Settings, role: Role, peers: [Role]) throws(ConfigurationError) {
        let listen = try settings.address("listen-address")
        var addresses: [Role: String] = [:]
        for peer in peers {
            addresses[peer] = try settings.addresses("peers.\(peer.rawValue)")
        }
        self.init(
            listenHost: listen.host, listenPort: listen.port, peers: addresses,
            certificates: try settings.requiredText("certificates"),
            databaseDSN: try settings.requiredText("database-dsn", isSecret: true),
            databaseConnections: try settings.integer(
                "database-connections", default: 8, in: 1...1_000),
            databaseWait: try settings.duration("database-wait", default: .seconds(30)),
            migrations: try settings.text(
                "migrations", default: "services/\(role.rawValue)/migrations"),
            logLevel: try settings.choice("log-level", default: Logger.Level.info),
            drainTimeout: try settings.duration("drain-timeout", default: .seconds(20)),
            stopsWithInput: try settings.flag("stop-with-input", default: false),
            metricsAddress: try settings.optionalText("metrics-address") == nil
                ? nil : HostAndPort(try settings.address("metrics-address")))
    }
}

extension Settings {
    /// One address or several, with commas between them.
    func addresses(_ key: String) throws(ConfigurationError) -> String {
        let text = try self.requiredText(key)
        guard Endpoint.list(parsing: text) != nil else {
            throw ConfigurationError(
                field: key,
                problem: "\"\(text)\" is not host:port with a port from 1 to 65535, like "
                    + "127.0.0.1:7401, or several with commas between them")
        }
        return text
    }

    /// A host and a port, written `127.0.0.1:7401` or `[::1]:7401`.
    package func address(_ key: String) throws(ConfigurationError) -> (host: String, port: Int) {
        let text = try self.requiredText(key)
        guard let address = HostAndPort(text) else {
            throw ConfigurationError(
                field: key,
                problem: "\"\(text)\" is not host:port with a port from 0 to 65535, like "
                    + "127.0.0.1:7401")
        }
        return (address.host, address.port)
    }
}

/// `host:port` taken apart.
package struct HostAndPort: Hashable, Sendable {
    package let host: String
    package let port: Int

    init(_ address: (host: String, port: Int)) {
        self.host = address.host
        self.port = address.port
    }

    /// `nil` when `text` is not of that form. IPv6 addresses stand in brackets.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: \.isWhitespace) else { return nil }
        self.host = String(host)
        self.port = Int(port)
    }
}
