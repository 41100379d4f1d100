internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// Answers `GET /metrics` and `GET /health` over plain HTTP, for those who watch: Prometheus, load
/// balancers, `curl`.
///
/// Each connection brings one short request and is closed with the answer, so that little can be
/// held here by anyone.
final class MetricsListener: Sendable {
    struct Limits: Hashable, Sendable {
        /// At once; more are closed as they come.
        var connections: Int
        /// Bytes of a request, its head and whatever comes behind it.
        var requestBytes: Int
        /// From the connection to the end of the request.
        var readTime: Duration
        /// From there to the end of the answer.
        var writeTime: Duration

        init(
            connections: Int = 16, requestBytes: Int = 8 * 1024, readTime: Duration = .seconds(5),
            writeTime: Duration = .seconds(10)
        ) {
            self.connections = connections
            self.requestBytes = requestBytes
            self.readTime = readTime
            self.writeTime = writeTime
        }
    }

    /// What the pages say.
    struct Source: Sendable {
        let metrics: @Sendable () -> [UInt8]
        let isServing: @Sendable () -> Bool

        init(
            metrics: @escaping @Sendable () -> [UInt8], isServing: @escaping @Sendable () -> Bool
        ) {
            self.metrics = metrics
            self.isServing = isServing
        }
    }

    private let address: HostAndPort
    private let source: Source
    private let limits: Limits
    private let group: any EventLoopGroup
    private let logger: Logger
    private let connections = Atomic(0)
    private let listener = Mutex<(any Channel)?>(nil)

    init(
        _ address: HostAndPort, source: Source, limits: Limits = Limits(),
        group: any EventLoopGroup, logger: Logger
    ) {
        self.address = address
        self.source = source
        self.limits = limits
        self.group = group
        self.logger = logger
    }

    /// Binds and begins to answer.
    ///
    /// - Returns: The port, the one that was chosen if none was given.
    /// - Throws: An `IOError` if the address cannot be bound.
    func start() async throws -> Int {
        let channel = try await ServerBootstrap(group: self.group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { self.accept($0) }
            .bind(host: self.address.host, port: self.address.port)
            .get()
        self.listener.withLock { $0 = channel }
        self.logger.info(
            "metrics can be read", metadata: ["address": "\(channel.localAddress, default: "")"])
        return channel.localAddress?.port ?? self.address.port
    }

    func close() async {
        try? await self.listener.withLock { $0.take() }?.close()
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        let count = self.connections.add(1, ordering: .relaxed).newValue
        channel.closeFuture.whenComplete { _ in self.connections.subtract(1, ordering: .relaxed) }
        guard count <= self.limits.connections else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(RequestLimit(bytes: self.limits.requestBytes))
            // Its own answer to what is no HTTP is 400, and the end of the connection.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: true)
            try pipeline.addHandler(MetricsHandler(source: self.source, limits: self.limits))
        }
    }
}

/// Closes a connection that brings more than it may.
private final class RequestLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(bytes: Int) { self.left = bytes }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.left -= self.unwrapInboundIn(data).readableBytes
        if self.left < 0 { context.close(promise: nil) } else { context.fireChannelRead(data) }
    }
}
