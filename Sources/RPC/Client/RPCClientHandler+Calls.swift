internal import Logging
internal import Messages
internal import NIOCore
internal import Wire

extension RPCClientHandler {
    /// Sends a call with all others of this tick.
    ///
    /// - Returns: Whether it could be taken. The id is taken and the frame queued in one step: the
    ///   server demands that ids rise.
    func send(_ call: PendingCall) -> Bool {
        guard self.canSend, let stream = self.machine.open() else { return false }
        var metadata = call.metadata
        if call.method.kind.sendsMessages {
            metadata[ConnectionMethods.windowKey] = "\(FlowWindow.size)"
        }
        let isTaken = self.frames.outgoing.appendRequest(
            stream, Self.flags(of: call.method.kind), method: call.method, payload: call.payload,
            left: call.left, metadata: metadata,
            traceParent: call.traceParent ?? .root(using: &self.core.random))
        guard isTaken else {
            let error = RPCError(
                code: .resourceExhausted, reason: .messageTooLarge,
                message: "the request's metadata is too large", mayHaveRun: false)
            self.core.finish(call, .failure(error))
            return true
        }
        call.connection = self
        call.stream = stream
        if call.isCallers { self.callersCalls += 1 }
        self.calls.insert(call, for: stream)
        self.deadlines.set(call.deadline)
        self.scheduleFlush()
        if call.method.kind != .unary { self.openMessages(stream, call) }
        return true
    }

    /// A unary request says nothing of streams: peers of ttrpc 1.0 know no flags.
    private static func flags(of kind: MethodDescriptor.Kind) -> FrameFlags {
        switch kind {
        case .unary: []
        case .serverStreaming: .remoteClosed
        case .clientStreaming, .bidirectional: .remoteOpen
        }
    }

    private func openMessages(_ stream: UInt32, _ call: PendingCall) {
        let messages = MessageStream(
            stream, on: self, receives: FlowWindow.Receiver(),
            sends: FlowWindow.Sender(granted: FlowWindow.size))
        if !call.method.kind.takesMessages { messages.endSending(.cancelled()) }
        self.streamingCalls += 1
        call.opened(messages)
    }

    /// A message of a stream is over the limit.
    func refuseMessage(_ header: FrameHeader) {
        self.cancelAtServer(header.stream)
        self.finish(header.stream, .failure(.responseTooLarge(Int(header.length))))
    }

    /// A message of a stream has come.
    func receive(
        _ payload: Span<UInt8>, of call: PendingCall, _ header: FrameHeader, isLast: Bool
    ) {
        let isEnd = isLast && (payload.isEmpty || header.flags.contains(.noData))
        if isEnd { return self.finish(header.stream, .success([])) }
        guard call.messages?.receive(Array(copying: payload)) ?? false else {
            self.cancelAtServer(header.stream)
            return self.finish(header.stream, .failure(.streamFull))
        }
        if isLast { self.finish(header.stream, .success([])) }
    }

    // MARK: The connection's own calls

    private func call(
        _ method: MethodDescriptor, _ request: some Message, timeout: Duration,
        _ completion: @escaping (Result<[UInt8], RPCError>) -> Void
    ) {
        let call = PendingCall(
            method, request.encoded(), options: CallOptions(timeout: timeout), queueTime: timeout)
        call.wait(.connection(completion))
        _ = self.send(call)
    }

    private static let controlTime = Duration.seconds(30)

    func ping() {
        self.call(ConnectionMethods.ping, RpcV1.PingRequest(), timeout: Self.controlTime) { _ in }
    }

    /// Learns when the server begins to drain, and leaves it then.
    func awaitDrain() {
        self.call(
            ConnectionMethods.awaitDrain, RpcV1.AwaitDrainRequest(), timeout: Timeout.longest
        ) { result in
            switch result {
            case .success: self.core.retire(self)
            case .failure(let error) where error.code == .deadlineExceeded: self.awaitDrain()
            case .failure: return
            }
        }
    }

    func cancelAtServer(_ stream: UInt32) {
        self.call(
            ConnectionMethods.cancel, RpcV1.CancelRequest(stream: stream),
            timeout: Self.controlTime
        ) { _ in }
    }
}

extension RPCClientHandler: StreamCarrier {
    func send(_ message: [UInt8]?, isLast: Bool, on stream: UInt32) {
        self.core.onLoop {
            guard self.calls[stream] != nil else { return }
            let flags: FrameFlags =
                isLast ? (message == nil ? [.remoteClosed, .noData] : .remoteClosed) : []
            self.frames.outgoing.appendData(stream, flags, payload: message ?? [])
            self.scheduleFlush()
        }
    }

    func grant(_ total: UInt64, on stream: UInt32) {
        self.core.onLoop {
            guard self.calls[stream] != nil else { return }
            self.call(
                ConnectionMethods.grant, RpcV1.GrantRequest(stream: stream, total: total),
                timeout: Self.controlTime
            ) { _ in }
        }
    }

    /// Asks to be told when the server has taken some. One that does not know the method does not
    /// count, and gets all at once.
    func wantRoom(on stream: MessageStream) {
        self.core.onLoop {
            guard let call = self.calls[stream.id], let known = stream.wantedBeyond,
                !call.isAwaitingRoom
            else { return }
            call.isAwaitingRoom = true
            let left = call.deadline.remaining()
            self.call(
                ConnectionMethods.awaitRoom,
                RpcV1.AwaitRoomRequest(stream: stream.id, known: known), timeout: left
            ) { result in
                call.isAwaitingRoom = false
                switch result {
                case .success(let answer):
                    let total = (try? RpcV1.AwaitRoomResponse(decoding: answer))?.total
                    stream.grant(total ?? .max)
                case .failure(let error) where error.code == .unimplemented:
                    stream.grant(nil)
                case .failure:
                    // The connection or the call has ended, and says so itself.
                    return
                }
            }
        }
    }

    var isDraining: Bool { false }

    func cancel(_ stream: MessageStream) {
        self.core.onLoop {
            guard let call = self.calls[stream.id] else { return }
            if self.forget(call) { self.core.finish(call, .failure(.cancelled())) }
        }
    }
}
