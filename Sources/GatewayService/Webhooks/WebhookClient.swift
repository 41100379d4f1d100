internal import GatewayCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import TLS

/// Sends events to endpoints: one POST for each, on a connection of its own, to an address that was
/// looked at before.
///
/// The name is resolved here and the connection made to the very address that was checked, so a
/// name that changes its address between the two gains nothing.
final class WebhookClient: Sendable {
    struct Limits: Sendable {
        /// For all of it, from the name to the answer.
        var answer: Duration
        var rules: AddressRules
        var allowsPlain: Bool
    }

    private let group: any EventLoopGroup
    private let names: HostNames
    private let tls: WebTLSContext
    private let limits: Limits

    init(tls: WebTLSContext, limits: Limits, group: any EventLoopGroup) {
        self.group = group
        self.names = HostNames(limits.rules)
        self.tls = tls
        self.limits = limits
    }

    func close() { self.names.close() }

    /// - Throws: ``WebhookProblem``
    func post(
        to url: WebhookURL, headers: HTTPHeaders, body: [UInt8]
    ) async throws -> WebhookAnswer {
        guard url.isEncrypted || self.limits.allowsPlain else { throw WebhookProblem.notEncrypted }
        let loop = self.group.next()
        let promise = loop.makePromise(of: WebhookAnswer.self)
        let deadline = NIODeadline.now() + TimeAmount(self.limits.answer)
        let timer = loop.scheduleTask(deadline: deadline) {
            promise.fail(WebhookProblem.timedOut)
        }
        promise.futureResult.whenComplete { _ in timer.cancel() }
        let connected = self.names.address(of: url.place, until: deadline, on: loop).flatMap {
            self.connect(to: $0, url, headers, body, promise, on: loop)
        }
        connected.whenFailure { error in
            promise.fail(error as? WebhookProblem ?? WebhookProblem.notConnected)
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(WebhookProblem.stopped)
        }
    }

    private func connect(
        to address: SocketAddress, _ url: WebhookURL, _ headers: HTTPHeaders, _ body: [UInt8],
        _ promise: EventLoopPromise<WebhookAnswer>, on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: url.target)
        head.headers = headers
        head.headers.add(name: "Host", value: url.authority)
        head.headers.add(name: "Content-Length", value: "\(body.count)")
        head.headers.add(name: "Connection", value: "close")
        return ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(self.limits.answer))
            .channelInitializer { [tls = self.tls, head] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if url.isEncrypted {
                        let stream = try tls.makeStream(
                            expecting: url.place.host,
                            isAddress: IPAddress(url.place.host) != nil)
                        try pipeline.addHandler(WebhookTLSHandler(stream))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(
                        WebhookAnswerHandler(head, body: body, promise: promise))
                }
            }
            .connect(to: address)
            .map { channel in
                promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
            }
    }
}
