internal import GatewayCore
internal import ServiceKit
internal import TLS

/// What can be configured of the gateway.
///
/// - `http-address`: where to answer HTTP; required.
/// - `public-url` (http:// and that address): where browsers reach it, through the proxy.
/// - `answer-within` (25s): how long the services are waited for.
/// - `refund-patience` (1500ms): after which a refund that is not decided is answered as pending.
/// - `requests-per-second` (100), `request-burst` (500), `concurrent-requests` (100): of one key.
/// - `body-limit` (262144), `header-limit` (16384): bytes of a request.
/// - `connections` (4096), `transfer-timeout` (30s), `idle-timeout` (75s): of connections.
/// - `webhook-timeout` (20s), `webhook-first-retry` (5s), `webhook-give-up` (72h): of deliveries.
/// - `webhook-deliveries` (256), `webhook-deliveries-per-endpoint` (16): under way at once.
/// - `webhook-networks`: addresses that webhooks may go to beside those of the public internet.
/// - `webhook-plain-http` (false): whether they may go without TLS.
/// - `webhook-authorities`: whose certificates endpoints show; what browsers believe by default.
/// - `event-retention` (720h): how long events are kept.
/// - `nats-…`: see ``BrokerSettings``.
struct GatewaySettings: Sendable {
    let address: HostAndPort
    /// Without a slash at its end.
    let publicURL: String
    let patience: API.Patience
    let usage: KeyUsage.Limits
    let http: HTTPFront.Limits
    let webhooks: WebhookClient.Limits
    let webhookAuthorities: String
    let deliveries: Deliverer.Limits
    let eventRetention: Duration
    /// `nil`: events are published to none.
    let broker: BrokerSettings?

    /// - Throws: ``ConfigurationError`` that names the wrong key.
    init(_ settings: Settings) throws(ConfigurationError) {
        let text = try settings.requiredText("http-address")
        guard let address = HostAndPort(text) else {
            throw ConfigurationError(
                field: "http-address",
                problem: "\"\(text)\" is not host:port with a port from 0 to 65535, like "
                    + "127.0.0.1:7400")
        }
        self.address = address
        self.publicURL = try Self.publicURL(
            try settings.text("public-url", default: "http://\(text)"))
        let sensible = Duration.milliseconds(100) ... .seconds(3_600)
        self.patience = API.Patience(
            answer: try settings.duration(
                "answer-within", default: .seconds(25), in: .milliseconds(100) ... .seconds(100)),
            refund: try settings.duration(
                "refund-patience", default: .milliseconds(1_500),
                in: .milliseconds(100) ... .seconds(100)))
        self.usage = KeyUsage.Limits(
            rate: Double(
                try settings.integer("requests-per-second", default: 100, in: 1...1_000_000)),
            burst: Double(try settings.integer("request-burst", default: 500, in: 1...1_000_000)),
            concurrency: try settings.integer(
                "concurrent-requests", default: 100, in: 1...100_000))
        self.http = HTTPFront.Limits(
            body: try settings.integer(
                "body-limit", default: 256 * 1_024, in: 1_024...16_777_216),
            headers: try settings.integer("header-limit", default: 16 * 1_024, in: 1_024...81_920),
            connections: try settings.integer("connections", default: 4_096, in: 1...100_000),
            transfer: try settings.duration(
                "transfer-timeout", default: .seconds(30), in: sensible),
            idle: try settings.duration("idle-timeout", default: .seconds(75), in: sensible))
        self.webhooks = try Self.webhooks(settings)
        self.webhookAuthorities = try settings.text(
            "webhook-authorities", default: WebTLSContext.systemAuthorities)
        self.deliveries = try Self.deliveries(settings)
        // A delivery reads its event: that stays as long as it may be tried.
        self.eventRetention = try settings.duration(
            "event-retention", default: .seconds(720 * 3_600),
            in: self.deliveries.retries.giveUpAfter * 2 ... .seconds(3_660 * 86_400))
        self.broker = try BrokerSettings(settings)
    }

    private static func webhooks(
        _ settings: Settings
    ) throws(ConfigurationError) -> WebhookClient.Limits {
        var networks: [IPNetwork] = []
        for text in try settings.text("webhook-networks", default: "").split(separator: ",") {
            guard let network = IPNetwork(String(text)) else {
                throw ConfigurationError(
                    field: "webhook-networks",
                    problem: "\"\(text)\" is not an address, a slash and a number of bits, like "
                        + "10.1.0.0/16")
            }
            networks.append(network)
        }
        return WebhookClient.Limits(
            answer: try settings.duration(
                "webhook-timeout", default: .seconds(20), in: .milliseconds(100) ... .seconds(30)),
            rules: AddressRules(allowing: networks),
            allowsPlain: try settings.flag("webhook-plain-http", default: false))
    }

    private static func deliveries(
        _ settings: Settings
    ) throws(ConfigurationError) -> Deliverer.Limits {
        Deliverer.Limits(
            all: try settings.integer("webhook-deliveries", default: 256, in: 1...10_000),
            ofEndpoint: try settings.integer(
                "webhook-deliveries-per-endpoint", default: 16, in: 1...1_000),
            retries: RetrySchedule(
                first: try settings.duration(
                    "webhook-first-retry", default: .seconds(5),
                    in: .milliseconds(10) ... .seconds(3_600)),
                giveUpAfter: try settings.duration(
                    "webhook-give-up", default: .seconds(72 * 3_600),
                    in: .seconds(1) ... .seconds(30 * 86_400))))
    }

    private static func publicURL(_ text: String) throws(ConfigurationError) -> String {
        let isWhole = ["http://", "https://"].contains {
            text.hasPrefix($0) && text.count > $0.count
        }
        guard isWhole, !text.hasSuffix("/"), text.allSatisfy({ $0.isASCII && !$0.isWhitespace })
        else {
            throw ConfigurationError(
                field: "public-url",
                problem:
                    "\"\(text)\" is not http:// or https:// with a name, and without a slash at "
                    + "its end, like https://pay.example.com")
        }
        return text
    }
}
