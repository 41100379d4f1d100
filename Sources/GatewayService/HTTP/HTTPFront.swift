internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import RPC
internal import ServiceKit
internal import ServiceLifecycle
internal import Synchronization

/// The HTTP server: plain, on an address behind a proxy that makes the TLS.
final class HTTPFront: Service {
    struct Limits: Hashable, Sendable {
        /// Bytes of a request's body.
        var body: Int
        /// Bytes of all its headers.
        var headers: Int
        var connections: Int
        /// For a request to arrive, and for an answer to be taken.
        var transfer: Duration
        /// Between two requests of a connection.
        var idle: Duration
    }

    private let address: HostAndPort
    private let limits: Limits
    private let responder: Site
    private let logger: Logger
    private let listening = Atomic(false)

    init(_ address: HostAndPort, limits: Limits, responder: Site, logger: Logger) {
        self.address = address
        self.limits = limits
        self.responder = responder
        self.logger = logger
    }

    var isListening: Bool { self.listening.load(ordering: .acquiring) }

    func run() async throws {
        var quiet = self.logger
        quiet.logLevel = max(quiet.logLevel, .warning)
        let limits = self.limits
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadline(limit: TimeAmount(limits.transfer))],
            idleTimeout: TimeAmount(limits.idle),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headers, maxHeaderListSize: limits.headers,
                maxHeaderFieldCount: 100))
        let application = Application(
            responder: self.responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(self.address.host, port: self.address.port),
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            onServerRunning: { channel in
                self.listening.store(true, ordering: .releasing)
                self.logger.notice(
                    "HTTP is served",
                    metadata: ["address": "\(channel.localAddress, default: "")"])
            },
            logger: quiet)
        try await application.run()
        self.listening.store(false, ordering: .releasing)
    }
}
