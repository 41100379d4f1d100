internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import PrometheusMetrics
internal import RPC
internal import Synchronization

/// Tells a service's metrics and health over plain HTTP, to whoever may reach its address: a
/// scraper on the same machine, on a port that is not the service's.
///
/// Two paths, one answer for each connection, and little that a caller can make it hold.
final class MetricsListener: Sendable {
    private static let mostConnections = 64
    private static let patience = TimeAmount.seconds(10)

    private let channel: any NIOCore.Channel

    /// - Throws: An `IOError` if the address cannot be bound.
    static func start(
        host: String, port: Int, metrics: PrometheusMetrics, health: HealthRegistry
    ) async throws -> MetricsListener {
        let open = ConnectionCount(limit: Self.mostConnections)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                guard open.take() else { return channel.close() }
                channel.closeFuture.whenComplete { _ in open.giveBack() }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: false, withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandlers([
                        IdleStateHandler(allTimeout: Self.patience),
                        MetricsHandler(metrics: metrics, health: health),
                    ])
                }
            }
            .bind(host: host, port: port).get()
        return MetricsListener(channel)
    }

    private init(_ channel: any NIOCore.Channel) {
        self.channel = channel
    }

    /// The port it got when it was told to take any.
    var port: Int? { self.channel.localAddress?.port }

    func close() async {
        try? await self.channel.close()
    }

    private final class ConnectionCount: Sendable {
        private let count = Atomic(0)
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        func take() -> Bool {
            if self.count.add(1, ordering: .relaxed).newValue <= self.limit { return true }
            self.giveBack()
            return false
        }

        func giveBack() { self.count.subtract(1, ordering: .relaxed) }
    }
}

/// Answers one request, then closes.
private final class MetricsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let metrics: PrometheusMetrics
    private let health: HealthRegistry
    private var hasAnswered = false

    init(metrics: PrometheusMetrics, health: HealthRegistry) {
        self.metrics = metrics
        self.health = health
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = self.unwrapInboundIn(data), !self.hasAnswered else { return }
        self.hasAnswered = true
        let (status, text) = self.answer(head)
        var headers = HTTPHeaders()
        headers.add(name: "Content-Type", value: "text/plain; version=0.0.4; charset=utf-8")
        headers.add(name: "Content-Length", value: "\(text.utf8.count)")
        headers.add(name: "Connection", value: "close")
        let response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(self.wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            let body = context.channel.allocator.buffer(string: text)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)))
            .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private func answer(_ head: HTTPRequestHead) -> (HTTPResponseStatus, String) {
        guard head.method == .GET || head.method == .HEAD else {
            return (.methodNotAllowed, "only GET\n")
        }
        switch head.uri {
        case "/metrics": return (.ok, self.metrics.render())
        case "/health":
            let isServing = self.health.isServing() ?? false
            return isServing ? (.ok, "serving\n") : (.serviceUnavailable, "not serving\n")
        default: return (.notFound, "there are /metrics and /health\n")
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
