internal import GatewayCore
internal import NATS
internal import ServiceKit

/// What can be configured of the broker; without `nats-url` there is none.
///
/// - `nats-url`: servers, with commas between: `nats://host:4222`, or `tls://host:4222`.
/// - `nats-authorities`: whose certificates servers show; what browsers believe by default.
/// - `nats-certificate`, `nats-key`: files that are shown to servers that ask.
/// - `nats-user`, `nats-password`: of servers that know users by a password.
/// - `nats-credentials`: a file as `nsc` writes it, for servers that know users by that.
/// - `nats-stream` (FLORIN_EVENTS), `nats-subject` (florin.events): what is published to.
/// - `nats-max-age` (720h), `nats-max-bytes` (no limit), `nats-replicas` (1),
///   `nats-duplicate-window` (10m): of a stream that has yet to be made.
struct BrokerSettings: Sendable {
    let server: NATSConfiguration
    let stream: NATSStream
    let subjects: EventSubjects

    /// - Throws: ``ConfigurationError`` that names the wrong key.
    init?(_ settings: Settings) throws(ConfigurationError) {
        guard let url = try settings.optionalText("nats-url") else { return nil }
        let servers = url.split(separator: ",").map(String.init)
        let isEncrypted = try Self.isEncrypted(servers)
        self.server = NATSConfiguration(
            servers: servers, name: "florin-gateway",
            tls: isEncrypted ? try Self.tls(settings) : nil,
            credentials: try Self.credentials(settings))
        let subject = try settings.text("nats-subject", default: "florin.events")
        guard let subjects = EventSubjects(prefix: subject) else {
            throw ConfigurationError(
                field: "nats-subject",
                problem: "\"\(subject)\" is not words of letters, digits, - and _ with dots "
                    + "between, like florin.events")
        }
        self.subjects = subjects
        self.stream = try Self.stream(settings, subject: subject)
        try Self.check(self.server)
    }

    private static func isEncrypted(_ servers: [String]) throws(ConfigurationError) -> Bool {
        let schemes = Set(servers.map { $0.prefix { $0 != ":" } })
        guard schemes == ["nats"] || schemes == ["tls"] else {
            throw ConfigurationError(
                field: "nats-url", problem: "has not nats:// or tls:// before every server")
        }
        // The text is not told: it may have a password in it.
        guard !servers.contains(where: { $0.contains("@") }) else {
            throw ConfigurationError(
                field: "nats-url", problem: "has credentials in it",
                hint: "Give them as nats-user and nats-password.")
        }
        return schemes == ["tls"]
    }

    private static func tls(
        _ settings: Settings
    ) throws(ConfigurationError) -> NATSConfiguration.TLS {
        let authorities = try settings.text(
            "nats-authorities", default: "/etc/ssl/certs/ca-certificates.crt")
        let own = try self.both(settings, "nats-certificate", "nats-key")
        return NATSConfiguration.TLS(
            authorities: authorities, own: own.map { (certificate: $0.0, key: $0.1) })
    }

    private static func credentials(
        _ settings: Settings
    ) throws(ConfigurationError) -> NATSConfiguration.Credentials {
        let file = try settings.optionalText("nats-credentials")
        let pair = try self.both(settings, "nats-user", "nats-password", isSecret: true)
        switch (file, pair) {
        case (let file?, nil): return .file(file)
        case (nil, let (user, password)?): return .password(user: user, password: password)
        case (nil, nil): return .none
        case (_?, _?):
            throw ConfigurationError(
                field: "nats-credentials", problem: "stands beside nats-user",
                hint: "A server knows us by one or the other.")
        }
    }

    /// Two keys of which one is nothing without the other.
    private static func both(
        _ settings: Settings, _ first: String, _ second: String, isSecret: Bool = false
    ) throws(ConfigurationError) -> (String, String)? {
        let one = try settings.optionalText(first)
        let other = try settings.optionalText(second, isSecret: isSecret)
        switch (one, other) {
        case (let one?, let other?): return (one, other)
        case (nil, nil): return nil
        default:
            throw ConfigurationError(
                field: one == nil ? first : second,
                problem: "is missing beside \(one == nil ? second : first)")
        }
    }

    private static func stream(
        _ settings: Settings, subject: String
    ) throws(ConfigurationError) -> NATSStream {
        let name = try settings.text("nats-stream", default: "FLORIN_EVENTS")
        guard EventSubjects.isWord(name) else {
            throw ConfigurationError(
                field: "nats-stream",
                problem: "\"\(name)\" is not letters, digits, - and _, like FLORIN_EVENTS")
        }
        let bytes = try settings.integer("nats-max-bytes", default: 0, in: 0...(1 << 50))
        return NATSStream(
            name: name, subject: subject,
            maxAge: try settings.duration(
                "nats-max-age", default: .seconds(720 * 3_600),
                in: .seconds(3_600) ... .seconds(3_660 * 86_400)),
            maxBytes: bytes == 0 ? nil : Int64(bytes),
            replicas: try settings.integer("nats-replicas", default: 1, in: 1...5),
            duplicateWindow: try settings.duration(
                "nats-duplicate-window", default: .seconds(600),
                in: .seconds(60) ... .seconds(86_400)))
    }

    private static func check(_ server: NATSConfiguration) throws(ConfigurationError) {
        do {
            try server.check()
        } catch {
            throw ConfigurationError(
                field: "nats-url", problem: "cannot be used: \(error.message)",
                hint: "See nats-authorities, nats-certificate, nats-key and nats-credentials.")
        }
    }
}
