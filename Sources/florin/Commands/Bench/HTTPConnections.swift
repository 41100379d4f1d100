internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import RPC
internal import Synchronization

/// Connections to one HTTP server that are kept open, each with one request at a time.
final class HTTPConnections: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: ByteBuffer
    }

    private let endpoint: Endpoint
    private let timeout: TimeAmount
    private let idle = Mutex<[any NIOCore.Channel]>([])

    init(to endpoint: Endpoint, timeout: Duration) {
        self.endpoint = endpoint
        self.timeout = TimeAmount(timeout)
    }

    /// Sends a form.
    ///
    /// - Throws: ``Failure`` when no whole answer comes in time; the connection is closed then.
    func post(
        _ path: String, _ form: String, headers: [(String, String)]
    ) async throws -> Answer {
        let channel = try await self.connection()
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: path)
        head.headers = HTTPHeaders(
            headers + [
                ("Host", "\(self.endpoint.host):\(self.endpoint.port)"),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Length", "\(form.utf8.count)"),
            ])
        let answer = channel.eventLoop.makePromise(of: Answer.self)
        let deadline = channel.eventLoop.scheduleTask(in: self.timeout) {
            channel.close(promise: nil)
        }
        let exchange = HTTPExchange.Request(
            head: head, body: ByteBuffer(string: form), answer: answer)
        channel.writeAndFlush(exchange, promise: nil)
        defer { deadline.cancel() }
        let result = try await answer.futureResult.get()
        self.idle.withLock { $0.append(channel) }
        return result
    }

    func close() async {
        let channels = self.idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for channel in channels { try? await channel.close() }
    }

    private func connection() async throws -> any NIOCore.Channel {
        if let channel = self.idle.withLock({ $0.popLast() }), channel.isActive { return channel }
        return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(ChannelOptions.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(HTTPExchange())
                }
            }
            .connect(host: self.endpoint.host, port: self.endpoint.port).get()
    }
}

/// One request and its answer at a time. Belongs to its event loop.
private final class HTTPExchange: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Request
    typealias OutboundOut = HTTPClientRequestPart

    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: ByteBuffer
        let answer: EventLoopPromise<HTTPConnections.Answer>
    }

    private var waiting: EventLoopPromise<HTTPConnections.Answer>?
    private var status = 0
    private var body = ByteBuffer()

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = self.unwrapOutboundIn(data)
        guard context.channel.isActive else { return request.answer.fail(Self.gone) }
        self.waiting = request.answer
        context.write(self.wrapOutboundOut(.head(request.head)), promise: nil)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(request.body))), promise: nil)
        context.write(self.wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.status = Int(head.status.code)
            self.body.clear()
        case .body(var part): self.body.writeBuffer(&part)
        case .end:
            self.waiting?.succeed(.init(status: self.status, body: self.body))
            self.waiting = nil
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.waiting?.fail(Self.gone)
        self.waiting = nil
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private static let gone = Failure(.failed, "the connection ended before the answer")
}
