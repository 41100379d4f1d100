internal import GatewayCore
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import RPC
internal import TLS

/// Sends events to endpoints: one POST for each, on a connection of its own, to an address that was
/// looked at before.
///
/// The name is resolved here and the connection made to the very addresses that were checked, so a
/// name that changes its address between the two gains nothing. One that cannot be connected to
/// leaves time for the others.
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

    init(
        tls: WebTLSContext, limits: Limits, group: any EventLoopGroup,
        resolve: @escaping HostNames.Resolve = SystemResolver.lookUp
    ) {
        self.group = group
        self.names = HostNames(limits.rules, resolve: resolve)
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
        let request = WebhookRequest(url, headers, body, promise)
        let connected = self.names.addresses(of: url.place, until: deadline, on: loop).flatMap {
            self.connect(to: $0[...], request, until: deadline, on: loop)
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

    /// Connects to the first address that lets itself be, each in its share of the time.
    private func connect(
        to addresses: ArraySlice<SocketAddress>, _ request: WebhookRequest,
        until deadline: NIODeadline, on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        let left = deadline - .now()
        guard let address = addresses.first, left > .zero else {
            return loop.makeFailedFuture(WebhookProblem.notConnected)
        }
        let share = TimeAmount.nanoseconds(left.nanoseconds / Int64(addresses.count))
        return self.connect(to: address, request, within: share, on: loop).flatMapError { _ in
            self.connect(to: addresses.dropFirst(), request, until: deadline, on: loop)
        }
    }

    private func connect(
        to address: SocketAddress, _ request: WebhookRequest, within limit: TimeAmount,
        on loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelInitializer { [tls = self.tls] channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if request.url.isEncrypted {
                        let host = request.url.place.host
                        let stream = try tls.makeStream(
                            expecting: host, isAddress: IPAddress(host) != nil)
                        try pipeline.addHandler(WebhookTLSHandler(stream))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(
                        WebhookAnswerHandler(
                            request.head, body: request.body, promise: request.promise))
                }
            }
            .connect(to: address)
            .map { channel in
                request.promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
            }
    }
}

/// One POST, and who waits for its answer.
private struct WebhookRequest: Sendable {
    let url: WebhookURL
    let head: HTTPRequestHead
    let body: [UInt8]
    let promise: EventLoopPromise<WebhookAnswer>

    init(
        _ url: WebhookURL, _ headers: HTTPHeaders, _ body: [UInt8],
        _ promise: EventLoopPromise<WebhookAnswer>
    ) {
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: url.target)
        head.headers = headers
        head.headers.add(name: "Host", value: url.authority)
        head.headers.add(name: "Content-Length", value: "\(body.count)")
        head.headers.add(name: "Connection", value: "close")
        self.url = url
        self.head = head
        self.body = body
        self.promise = promise
    }
}
