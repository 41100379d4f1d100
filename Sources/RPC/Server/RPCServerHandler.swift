internal import Logging
internal import NIOCore
internal import TLS

/// One connection of a server: TLS, frames and calls in one channel handler.
///
/// What a tick of the event loop reads is answered, as far as answers are ready, by one write at
/// the tick's end. Calls that take longer are written with whatever else is ready in their tick.
///
/// Belongs to its event loop: every property is touched there alone, which is what makes it
/// safe to hand to the tasks that run on the same loop.
final class RPCServerHandler: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A call whose handler has not ended.
    struct Call {
        let method: MethodDescriptor
        let size: Int
        let deadline: RPCDeadline?
        var task: Task<Void, Never>?
        /// Answered already, because its deadline has passed.
        var isAnswered = false
    }

    let server: RPCServer.Shared
    let frames: FrameChannel
    let executor: EventLoopExecutor
    let eventLoop: any EventLoop
    let logger: Logger
    var machine: ServerConnectionStateMachine
    var calls: [UInt32: Call] = [:]
    var random = SplitMix64()
    let deadlines: DeadlineTimer
    private let handshakeTimer: DeadlineTimer
    private var context: ChannelHandlerContext?
    private var isReading = false
    private var isFlushScheduled = false
    private var isReadHeld = false
    /// Our direction is closed: what still comes will not run, and is not even decrypted.
    private var isClosing = false

    init(server: RPCServer.Shared, stream: consuming TLSStream, eventLoop: any EventLoop) {
        self.server = server
        self.frames = FrameChannel(stream)
        self.executor = server.executor(of: eventLoop)
        self.eventLoop = eventLoop
        self.machine = ServerConnectionStateMachine(limits: server.limits.connection)
        self.deadlines = DeadlineTimer(eventLoop)
        self.handshakeTimer = DeadlineTimer(eventLoop)
        self.logger = server.logger
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        self.handshakeTimer.set(.after(self.server.limits.handshakeTime)) { [weak self] in
            guard let self, self.frames.state == .handshaking else { return }
            self.logger.debug("handshake took too long")
            self.context?.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.handshakeTimer.cancel()
        self.deadlines.cancel()
        // Nobody can be answered any more.
        for call in self.calls.values { call.task?.cancel() }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.isClosing { return }
        self.isReading = true
        do {
            let wasHandshaking = self.frames.state == .handshaking
            try self.frames.receive(self.unwrapInboundIn(data)) {
                (event, bytes) throws(ProtocolViolation) in
                try self.receive(event, bytes)
            }
            if wasHandshaking, self.frames.state != .handshaking { self.handshakeTimer.cancel() }
            if self.frames.state == .closed { self.peerClosed() }
        } catch {
            self.end(because: error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.isReading = false
        self.flush()
        context.fireChannelReadComplete()
    }

    /// A peer that does not read its answers is not read from either.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { self.isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.isReadHeld, context.channel.isWritable {
            self.isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }

    /// An orderly close of the peer: it wants no answers any more.
    private func peerClosed() {
        self.flush()
        self.context?.close(promise: nil)
    }

    private func end(because error: any Error) {
        let peer = self.frames.peer.map { "\($0)" } ?? "unknown"
        self.logger.debug("connection cut", metadata: ["peer": "\(peer)", "error": "\(error)"])
        // What is sealed now may hold the alert that tells the peer.
        self.flush()
        self.context?.close(promise: nil)
    }

    // MARK: Writing

    /// Sends an answer with all others of this tick.
    func answer(stream: UInt32, _ result: Result<[UInt8], RPCError>) {
        var payload = Envelope.response(result)
        if payload.count > FrameHeader.payloadLimit {
            payload = Envelope.response(.failure(.responseTooLarge(payload.count)))
        }
        self.frames.send(stream: stream, kind: .response, payload: payload)
        self.scheduleFlush()
    }

    private func scheduleFlush() {
        if self.isReading || self.isFlushScheduled { return }
        self.isFlushScheduled = true
        self.eventLoop.execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    private func flush() {
        guard let context, let buffer = self.frames.seal(context.channel.allocator) else { return }
        context.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
        let unread = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
        if let unread, unread > 2 * self.server.limits.unreadBytes {
            self.logger.debug("connection cut", metadata: ["error": "peer does not read"])
            context.close(promise: nil)
        }
    }

    // MARK: Draining

    /// Takes no new calls, and closes once the accepted ones are answered.
    func drain() {
        self.act(on: self.machine.drain())
    }

    func act(on quiet: ServerConnectionStateMachine.OnQuiet) {
        switch quiet {
        case .wait: return
        case .close: self.eventLoop.execute { self.closeInOrder() }
        }
    }

    /// Closes only our direction: a request on its way would otherwise reset the connection and
    /// take the last answers with it. The peer closes in return, or is cut.
    private func closeInOrder() {
        guard let context, !self.isClosing else { return }
        self.isClosing = true
        if let last = self.frames.close(context.channel.allocator) {
            context.writeAndFlush(self.wrapOutboundOut(last), promise: nil)
        }
        context.close(mode: .output, promise: nil)
        self.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    /// Cancels what still runs and closes.
    func cut() {
        self.context?.close(promise: nil)
    }
}
