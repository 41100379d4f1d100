internal import NIOCore
internal import NIOHTTP1
internal import PrometheusMetrics

/// One connection of the metrics listener: one request, one answer, the end.
///
/// Belongs to its event loop.
final class MetricsHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let source: MetricsListener.Source
    private let limits: MetricsListener.Limits
    private var request: HTTPRequestHead?
    private var isAnswered = false
    private var timer: Scheduled<Void>?

    init(source: MetricsListener.Source, limits: MetricsListener.Limits) {
        self.source = source
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.closeAfter(self.limits.readTime, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.request = self.request ?? head
        case .body:
            // Nobody asks for one; its bytes are limited.
            return
        case .end:
            guard let request, !self.isAnswered else { return }
            self.isAnswered = true
            self.closeAfter(self.limits.writeTime, context)
            self.send(MetricsAnswer(to: request, self.source), to: request, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func closeAfter(_ time: Duration, _ context: ChannelHandlerContext) {
        self.timer?.cancel()
        let channel = context.channel
        self.timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) {
            channel.close(promise: nil)
        }
    }

    private func send(
        _ answer: MetricsAnswer, to request: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        var headers = HTTPHeaders([
            ("Content-Type", answer.contentType), ("Content-Length", "\(answer.body.count)"),
            ("Connection", "close"),
        ])
        if answer.status == .methodNotAllowed { headers.add(name: "Allow", value: "GET") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            let body = context.channel.allocator.buffer(bytes: answer.body)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(self.wrapOutboundOut(.end(nil))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}

/// What a request is answered with.
struct MetricsAnswer {
    let status: HTTPResponseStatus
    let contentType: String
    let body: [UInt8]

    init(to request: HTTPRequestHead, _ source: MetricsListener.Source) {
        let path = request.uri.prefix { $0 != "?" }
        switch (path, request.method) {
        case ("/metrics", .GET):
            self.init(.ok, source.metrics(), contentType: PrometheusMetrics.contentType)
        case ("/health", .GET):
            let isServing = source.isServing()
            self.init(
                isServing ? .ok : .serviceUnavailable, isServing ? "serving\n" : "not serving\n")
        case ("/metrics", _), ("/health", _):
            self.init(.methodNotAllowed, "only GET\n")
        default:
            self.init(.notFound, "here are /metrics and /health\n")
        }
    }

    private init(
        _ status: HTTPResponseStatus, _ body: some Sequence<UInt8>, contentType: String
    ) {
        self.status = status
        self.body = Array(body)
        self.contentType = contentType
    }

    private init(_ status: HTTPResponseStatus, _ text: String) {
        self.init(status, text.utf8, contentType: "text/plain; charset=utf-8")
    }
}
