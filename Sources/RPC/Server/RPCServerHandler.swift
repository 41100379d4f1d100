internal import Logging
internal import NIOCore
internal import Synchronization
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

    let server: RPCServer.Shared
    let frames: FrameChannel
    let loop: RPCServer.Shared.Loop
    let eventLoop: any EventLoop
    let logger: Logger
    var machine: ServerConnectionStateMachine
    var calls = StreamTable<ServedCall>()
    /// How many of the calls have streams of messages.
    var streamingCalls = 0
    /// The stream of the `AwaitDrain` that waits.
    var drainWaiter: UInt32?
    var random = SplitMix64()
    let deadlines: DeadlineTimer
    private var connectionWatch = ConnectionWatch()
    private var context: ChannelHandlerContext?
    private var isHandshakeCounted = true
    private var isReading = false
    private var isFlushScheduled = false
    private var isReadHeld = false
    /// Whether the peer takes what is written.
    private var isWritable = true
    /// What this connection has added to the server's `heldBytes` for answers that wait.
    private var heldAnswers = 0
    /// Our direction is closed: what still comes will not run, and is not even decrypted.
    private var isClosing = false

    init(server: RPCServer.Shared, stream: consuming TLSStream, eventLoop: any EventLoop) {
        self.server = server
        self.frames = FrameChannel(stream)
        self.loop = server.loop(of: eventLoop)
        self.eventLoop = eventLoop
        self.machine = ServerConnectionStateMachine(limits: server.limits.connection)
        self.deadlines = DeadlineTimer(eventLoop)
        self.logger = server.logger
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadlines.start { self.expireCalls() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.handshakeEnded()
        self.deadlines.end()
        self.holdAnswers(0)
        // Nobody can be answered any more.
        let gone = RPCError.unavailable("the connection was lost")
        self.calls.forEach { _, call in call.cancel(gone) }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // A connection that was closed before it became active.
        self.handshakeEnded()
        self.deadlines.end()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    private func handshakeEnded() {
        guard self.isHandshakeCounted else { return }
        self.isHandshakeCounted = false
        self.server.handshakeEnded(well: self.frames.peer != nil)
    }

    /// One round of the server's sweep: cuts a connection that stands still, and takes memory from
    /// one that is idle.
    func watch() {
        guard let context else { return }
        let glance = ConnectionWatch.Glance(
            isHandshaking: self.frames.state == .handshaking,
            isWithinFrame: !self.isReadHeld && self.frames.isWithinFrame,
            unread: self.unwrittenBytes, hasCalls: self.machine.activeCalls > 0)
        let verdict = self.connectionWatch.round(glance, limits: self.server.limits.watch)
        switch verdict {
        case .go:
            if self.connectionWatch.isQuiet { self.frames.trim() }
        case .idle:
            self.closeInOrder()
        case .slowHandshake, .slowWriter, .slowReader:
            self.logger.debug("connection cut", metadata: ["error": "\(verdict.rawValue)"])
            context.close(promise: nil)
        }
    }

    /// The authority or its revocations have changed: a peer that is trusted no more is cut.
    func recheckPeer() {
        do {
            try self.frames.recheckPeer()
        } catch {
            self.end(because: error)
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.isClosing { return }
        self.isReading = true
        self.loop.load.read()
        do {
            try self.frames.receive(self.unwrapInboundIn(data)) {
                (event, bytes) throws(ProtocolViolation) in
                self.connectionWatch.sawFrame()
                try self.receive(event, bytes)
            }
            if self.frames.state != .handshaking { self.handshakeEnded() }
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
        if self.isWritable { context.read() } else { self.isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        self.isWritable = isWritable
        if isWritable { self.holdAnswers(0) }
        if self.isReadHeld, isWritable {
            self.isReadHeld = false
            context.read()
        }
        if self.streamingCalls > 0 {
            self.calls.forEach { _, call in call.messages?.setCongested(!isWritable) }
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

    /// Sends what was appended to the outgoing frames, with all else of this tick.
    func scheduleFlush() {
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
        // Asked for only when something waits: it is slow to ask.
        guard !self.isWritable else { return }
        let unwritten = self.unwrittenBytes
        self.holdAnswers(unwritten)
        if unwritten > 2 * self.server.limits.unreadBytes {
            self.logger.debug("connection cut", metadata: ["error": "peer does not read"])
            context.close(promise: nil)
        }
    }

    private var unwrittenBytes: Int {
        (try? self.context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    private func holdAnswers(_ bytes: Int) {
        guard bytes != self.heldAnswers else { return }
        self.server.heldBytes.add(bytes - self.heldAnswers, ordering: .relaxed)
        self.heldAnswers = bytes
    }

    // MARK: Draining

    /// Takes no new calls, and closes once the accepted ones are answered.
    func drain() {
        self.tellOfDrain()
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
        self.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
            self.context?.close(promise: nil)
        }
    }

    /// Cancels what still runs and closes.
    func cut() {
        self.context?.close(promise: nil)
    }
}
