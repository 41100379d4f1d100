internal import NIOCore
internal import NIOHTTP1
internal import TLS

/// What an endpoint answered.
struct WebhookAnswer: Hashable, Sendable {
    let status: Int
    /// The beginning of the body.
    let body: [UInt8]

    /// Redirects are not followed, so they take nothing.
    var isSuccess: Bool { (200...299).contains(self.status) }
}

/// Sends one request when it is connected, and takes the answer: its status, and the beginning of
/// its body.
final class WebhookAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let body: [UInt8]
    private let promise: EventLoopPromise<WebhookAnswer>
    private var status: Int?
    private var kept: [UInt8] = []
    private var received = 0

    /// Bytes of an answer that are kept, and that are waited for.
    private static let keptLimit = 1_024
    private static let limit = 64 * 1_024

    init(_ head: HTTPRequestHead, body: [UInt8], promise: EventLoopPromise<WebhookAnswer>) {
        self.head = head
        self.body = body
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(self.wrapOutboundOut(.head(self.head)), promise: nil)
        let body = context.channel.allocator.buffer(bytes: self.body)
        context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            // "Continue" and its like come before the answer.
            if head.status.code >= 200 { self.status = Int(head.status.code) }
        case .body(let bytes):
            self.received += bytes.readableBytes
            self.kept += bytes.readableBytesView.prefix(Self.keptLimit - self.kept.count)
            if self.received > Self.limit { self.finish(context) }
        case .end: if self.status != nil { self.finish(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as TLSError: self.promise.fail(WebhookProblem.notTrusted(error.message))
        case is HTTPParserError: self.promise.fail(WebhookProblem.malformed)
        default: self.promise.fail(WebhookProblem.closed)
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { self.finish(context) }

    /// A body that breaks off changes nothing of what the status says.
    private func finish(_ context: ChannelHandlerContext) {
        if let status {
            self.promise.succeed(WebhookAnswer(status: status, body: self.kept))
        } else {
            self.promise.fail(WebhookProblem.closed)
        }
        context.close(promise: nil)
    }
}
