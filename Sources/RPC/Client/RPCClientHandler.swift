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

    private let core: ClientCore
    private let frames: FrameChannel
    private var machine = ClientConnectionStateMachine()
    private var calls: [UInt32: PendingCall] = [:]
    private let deadlines: DeadlineTimer
    private let handshakeTimer: DeadlineTimer
    private var context: ChannelHandlerContext?
    private var isFlushScheduled = false
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

    var canSend: Bool { self.machine.canOpen }

    var unsentBytes: Int {
        let waiting = try? self.context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return self.frames.unsealedBytes + (waiting ?? 0)
    }

    /// Sends a call with all others of this tick.
    ///
    /// - Returns: Whether it could be taken. The id is taken and the frame queued in one step: the
    ///   server demands that ids rise.
    func send(_ call: PendingCall) -> Bool {
        guard self.context != nil, let stream = self.machine.open() else { return false }
        let payload = Envelope.request(
            call.method, call.payload, left: call.deadline.remaining(), metadata: call.metadata,
            traceParent: call.traceParent ?? .root(using: &self.core.random))
        guard payload.count <= FrameHeader.payloadLimit else {
            let error = RPCError(
                code: .resourceExhausted, reason: .messageTooLarge,
                message: "the request's metadata is too large", mayHaveRun: false)
            self.core.finish(call, .failure(error))
            return true
        }
        self.frames.send(
            stream: stream, kind: .request, flags: .remoteClosed, payload: payload)
        call.stream = stream
        self.calls[stream] = call
        self.watch(call.deadline)
        self.scheduleFlush()
        return true
    }

    /// Lets go of a call that nobody waits for any more; its answer will be a latecomer.
    ///
    /// - Returns: Whether the call was one of this connection.
    func forget(_ call: PendingCall) -> Bool {
        guard let stream = call.stream, self.calls[stream] === call else { return false }
        self.calls[stream] = nil
        self.closeIfIdle()
        return true
    }

    private func watch(_ deadline: RPCDeadline) {
        self.deadlines.set(deadline) { [weak self] in self?.expireCalls() }
    }

    private func expireCalls() {
        let now = ContinuousClock.now
        for (stream, call) in self.calls where call.deadline.hasPassed(now: now) {
            self.calls[stream] = nil
            self.core.finish(call, .failure(.deadlineExceeded()))
        }
        if let next = self.calls.values.map(\.deadline).min() { self.watch(next) }
        self.closeIfIdle()
    }

    // MARK: Life

    /// The socket is connected by now.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.begin()
    }

    private func begin() {
        self.handshakeTimer.set(.after(self.core.configuration.connectTime)) { [weak self] in
            guard let self, self.frames.state == .handshaking else { return }
            self.end(because: TLSError(.closed, "the handshake took too long"))
        }
        do {
            try self.frames.start()
            self.flush()
        } catch {
            self.end(because: error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.handshakeTimer.cancel()
        self.deadlines.cancel()
        let state = self.frames.state
        if !self.wasUp {
            let error = self.failure ?? TLSError(.closed, "the server closed during the handshake")
            return self.core.connectFailed(error)
        }
        let reason = self.failure.map { "\($0)" } ?? "the connection ended"
        let lost = RPCError.unavailable(
            "the connection to \(self.core.peer) was lost: \(reason)",
            mayHaveRun: !self.surelyUnread(state))
        let calls = self.calls.values
        self.calls = [:]
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
        guard self.isRetiring, self.calls.isEmpty else { return }
        // Later: this may be called while the stream lends its plaintext.
        self.core.eventLoop.execute { self.close() }
    }

    private var wasUp: Bool { self.frames.peer != nil }

    private func end(because error: any Error) {
        if self.failure == nil { self.failure = error }
        self.flush()
        self.context?.close(promise: nil)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let wasUp = self.wasUp
        do {
            try self.frames.receive(self.unwrapInboundIn(data)) {
                (event, bytes) throws(ProtocolViolation) in
                try self.receive(event, bytes)
            }
        } catch {
            return self.end(because: error)
        }
        if !wasUp, self.wasUp {
            self.handshakeTimer.cancel()
            self.core.connected(self)
        }
        if self.frames.state == .closed {
            self.end(because: TLSError(.closed, "the server closed"))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.flush()
    }

    private func receive(
        _ event: FrameDecoder.Event, _ bytes: Span<UInt8>
    ) throws(ProtocolViolation) {
        switch event {
        case .tooLarge(let header):
            guard let kind = FrameKind(rawValue: header.kind) else { return }
            try self.machine.received(kind: kind, stream: header.stream)
            self.finish(header.stream, .failure(.responseTooLarge(Int(header.length))))
        case .frame(let header, let range):
            guard let kind = FrameKind(rawValue: header.kind) else { return }
            try self.machine.received(kind: kind, stream: header.stream)
            do throws(WireError) {
                let result = try Envelope.readResponse(bytes.extracting(range))
                self.hasServed = true
                self.finish(header.stream, result)
            } catch {
                throw .malformedResponse
            }
        }
    }

    private func finish(_ stream: UInt32, _ result: Result<[UInt8], RPCError>) {
        guard let call = self.calls.removeValue(forKey: stream) else { return }
        self.core.finish(call, result)
        if case .failure(let error) = result, error.reason == .draining { self.core.retire(self) }
        self.closeIfIdle()
    }

    // MARK: Writing

    private func scheduleFlush() {
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
    }

    private func write(_ buffer: ByteBuffer) {
        self.context?.writeAndFlush(self.wrapOutboundOut(buffer), promise: nil)
    }
}
