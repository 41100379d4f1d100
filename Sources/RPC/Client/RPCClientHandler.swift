internal import Logging
internal import NIOCore
internal import TLS
internal import Wire

/// One connection of a client: TLS, frames and waiting calls in one channel handler.
///
/// Calls made in one tick of the event loop are sent by one write at its end. Belongs to its event
/// loop, as its core does.
final class RPCClientHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let core: ClientCore
    let frames: FrameChannel
    var machine = ClientConnectionStateMachine()
    var calls = StreamTable<PendingCall>()
    /// Calls of callers, without those that the connection makes for itself.
    var callersCalls = 0
    /// How many of the calls have streams of messages.
    var streamingCalls = 0
    private var keepalive = KeepaliveStateMachine()
    private var keepaliveTimer: RepeatedTask?
    let deadlines: DeadlineTimer
    private let handshakeTimer: DeadlineTimer
    private var context: ChannelHandlerContext?
    private var spinner: LoopSpinner?
    private var isFlushScheduled = false
    private var isWritable = true
    private var isRetiring = false
    private var failure: (any Error)?
    /// Whether an answer has come: the server has accepted us.
    private(set) var hasServed = false

    init(core: ClientCore, stream: consuming TLSStream) {
        self.core = core
        self.frames = FrameChannel(stream)
        self.deadlines = DeadlineTimer(core.eventLoop)
        self.handshakeTimer = DeadlineTimer(core.eventLoop)
    }

    // MARK: Calls

    var canSend: Bool { self.context != nil && self.machine.canOpen }

    /// Whether so much waits to be sent that nothing should be added.
    var isFull: Bool {
        !self.isWritable || self.frames.unsealedBytes > self.core.configuration.unsentBytes
    }

    /// Lets go of a call that nobody waits for any more, and tells the server; its answer will be
    /// a latecomer.
    ///
    /// - Returns: Whether the call was one of this connection.
    func forget(_ call: PendingCall) -> Bool {
        guard let stream = call.stream, self.calls[stream] === call else { return false }
        self.remove(stream)
        self.cancelAtServer(stream)
        self.closeIfIdle()
        return true
    }

    @discardableResult
    func remove(_ stream: UInt32) -> PendingCall? {
        guard let call = self.calls.remove(stream) else { return nil }
        if call.isCallers { self.callersCalls -= 1 }
        if call.messages != nil { self.streamingCalls -= 1 }
        return call
    }

    private func expireCalls() {
        let now = Monotonic.now
        var late: [UInt32] = []
        var next: RPCDeadline?
        self.calls.forEach { stream, call in
            if call.deadline.hasPassed(now: now) {
                late.append(stream)
            } else {
                next = min(next ?? call.deadline, call.deadline)
            }
        }
        for stream in late {
            // The server has its own clock for the deadline and needs no word of it.
            if let call = self.remove(stream) {
                self.core.finish(call, .failure(.deadlineExceeded()))
            }
        }
        if let next { self.deadlines.set(next) }
        self.closeIfIdle()
    }

    // MARK: Life

    /// The socket is connected by now.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.spinner = LoopSpinner(context.channel)
        self.begin()
    }

    private func begin() {
        self.deadlines.start { self.expireCalls() }
        self.handshakeTimer.start {
            guard self.frames.state == .handshaking else { return }
            self.end(because: TLSError(.closed, "the handshake took too long"))
        }
        self.handshakeTimer.set(.after(self.core.configuration.connectTime))
        do {
            try self.frames.start()
            self.flush()
        } catch {
            self.end(because: error)
        }
    }

    /// The handshake is done.
    private func established() {
        self.handshakeTimer.end()
        let interval = TimeAmount(self.core.configuration.keepaliveInterval)
        self.keepaliveTimer = self.core.eventLoop.scheduleRepeatedTask(
            initialDelay: interval, delay: interval
        ) { _ in self.keepAlive() }
        self.core.connected(self)
        self.awaitDrain()
    }

    private func keepAlive() {
        switch self.keepalive.intervalPassed() {
        case .wait: return
        case .ping: self.ping()
        case .end: self.end(because: TLSError(.closed, "the server does not answer any more"))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.handshakeTimer.end()
        self.keepaliveTimer?.cancel()
        self.deadlines.end()
        let state = self.frames.state
        if !self.wasUp {
            let error = self.failure ?? TLSError(.closed, "the server closed during the handshake")
            return self.core.connectFailed(error)
        }
        let reason = self.failure.map { "\($0)" } ?? "the connection ended"
        let lost = RPCError.unavailable(
            "the connection to \(self.core.peer) was lost: \(reason)",
            mayHaveRun: !self.surelyUnread(state))
        let calls = self.calls.removeAll()
        self.core.lost(self, because: reason)
        for call in calls { self.core.finish(call, .failure(lost)) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(because: error)
    }

    /// Whether the calls that wait have surely not run. A server closes in order only after it has
    /// answered all that it accepted; one that refuses our certificate has read nothing.
    private func surelyUnread(_ state: TLSStream.State) -> Bool {
        if state == .closed { return true }
        return !self.hasServed && (self.failure as? TLSError)?.code == .rejectedByPeer
    }

    func close() {
        self.frames.close(ByteBufferAllocator()).map { self.write($0) }
        self.context?.close(promise: nil)
    }

    /// Takes no more calls, and ends when the last one has its answer.
    func closeWhenIdle() {
        self.isRetiring = true
        self.closeIfIdle()
    }

    private func closeIfIdle() {
        guard self.isRetiring, self.callersCalls == 0 else { return }
        // Later: this may be called while the stream lends its plaintext.
        self.core.eventLoop.execute { self.close() }
    }

    private var wasUp: Bool { self.frames.peer != nil }

    func end(because error: any Error) {
        if self.failure == nil { self.failure = error }
        self.flush()
        self.context?.close(promise: nil)
    }

    /// The authority or its revocations have changed: a server that is trusted no more is left.
    func recheckPeer() {
        do {
            try self.frames.recheckPeer()
        } catch {
            self.end(because: error)
        }
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.keepalive.received()
        self.spinner?.resumed()
        let wasUp = self.wasUp
        do {
            try self.frames.receive(self.unwrapInboundIn(data)) {
                (event, bytes) throws(ProtocolViolation) in
                try self.receive(event, bytes)
            }
        } catch {
            return self.end(because: error)
        }
        if !wasUp, self.wasUp { self.established() }
        if self.frames.state == .closed {
            self.end(because: TLSError(.closed, "the server closed"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        self.isWritable = isWritable
        guard self.streamingCalls > 0 else { return }
        self.calls.forEach { _, call in call.messages?.setCongested(!isWritable) }
    }

    private func receive(
        _ event: FrameDecoder.Event, _ bytes: Span<UInt8>
    ) throws(ProtocolViolation) {
        let (header, payload): (FrameHeader, Range<Int>?) =
            switch event {
            case .tooLarge(let header): (header, nil)
            case .frame(let header, let range): (header, range)
            }
        self.spinner?.received()
        guard let kind = FrameKind(rawValue: header.kind) else { return }
        let call = self.calls[header.stream]
        let action = try self.machine.received(
            kind: kind, flags: header.flags, stream: header.stream,
            waiting: call.map { $0.messages == nil ? .unary : .messages } ?? .nobody)
        guard let call else { return }
        switch action {
        case .ignore: return
        case .end:
            guard let payload else {
                return self.finish(
                    header.stream, .failure(.responseTooLarge(Int(header.length))))
            }
            do throws(WireError) {
                let result = try ResponseEnvelope.read(bytes.extracting(payload))
                self.hasServed = true
                self.finish(header.stream, result)
            } catch {
                throw .malformedResponse
            }
        case .message(let isLast):
            self.hasServed = true
            guard let payload else { return self.refuseMessage(header) }
            self.receive(bytes.extracting(payload), of: call, header, isLast: isLast)
        }
    }

    func finish(_ stream: UInt32, _ result: Result<[UInt8], RPCError>) {
        guard let call = self.remove(stream) else { return }
        self.core.finish(call, result)
        if case .failure(let error) = result, error.reason == .draining { self.core.retire(self) }
        self.closeIfIdle()
    }

    // MARK: Writing

    /// Sends what was appended to the outgoing frames, with all else of this tick.
    func scheduleFlush() {
        if self.isFlushScheduled { return }
        self.isFlushScheduled = true
        self.core.eventLoop.execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    private func flush() {
        guard let context, let buffer = self.frames.seal(context.channel.allocator) else { return }
        self.write(buffer)
        if self.callersCalls > 0 { self.spinner?.rested(self.core.eventLoop) }
    }

    private func write(_ buffer: ByteBuffer) {
        self.context?.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
    }
}
