internal import NIOCore
internal import Synchronization
internal import TLS

extension RPCServerHandler {
    /// The messages of a new streaming call; a payload in the request is the first of them.
    func makeMessages(
        _ stream: UInt32, _ context: CallContext, first: Span<UInt8>
    ) -> MessageStream {
        let kind = context.method.kind
        let window = context.metadata[ConnectionMethods.windowKey].flatMap { UInt64($0) }
        let messages = MessageStream(
            stream, on: self, receives: FlowWindow.Receiver(),
            sends: FlowWindow.Sender(granted: window))
        if !first.isEmpty || !kind.takesMessages { _ = messages.receive(Array(copying: first)) }
        if !self.machine.isOpen(stream: stream) { messages.endReceiving(.success(())) }
        return messages
    }

    func receiveData(
        _ header: FrameHeader, _ payload: Span<UInt8>
    ) throws(ProtocolViolation) {
        let call = self.calls[header.stream]
        let action = try self.machine.receivedData(
            stream: header.stream, flags: header.flags, isActive: call != nil)
        guard case .deliver(let isLast) = action, let call, let messages = call.messages else {
            return
        }
        if !header.flags.contains(.noData) {
            // The end may come as an empty message: only Florin and later versions flag it.
            let isEnd = isLast && payload.isEmpty
            if !isEnd, !messages.receive(Array(copying: payload)) {
                call.cancel(.streamFull)
            }
        }
        if isLast { messages.endReceiving(.success(())) }
    }

    /// Says how a streaming call has ended.
    func endMessages(
        _ messages: MessageStream, of call: ServedCall, on stream: UInt32,
        _ result: Result<[UInt8]?, RPCError>
    ) {
        self.streamingCalls -= 1
        let ended = RPCError.cancelled()
        messages.endReceiving(.failure(ended))
        messages.endSending(ended)
        if let waiter = call.roomWaiter.take() {
            self.answerRoom(waiter.stream, total: messages.granted)
        }
        if call.isAnswered { return }
        guard case .success(let last) = result, call.context.method.kind.sendsMessages else {
            return self.answer(stream, result.map { $0 ?? [] })
        }
        self.frames.outgoing.appendData(
            stream, last == nil ? [.remoteClosed, .noData] : .remoteClosed, payload: last ?? [])
        self.scheduleFlush()
    }
}

extension RPCServerHandler: StreamCarrier {
    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }

    func send(_ message: [UInt8]?, isLast: Bool, on stream: UInt32) {
        self.onLoop {
            guard let message, self.calls[stream] != nil else { return }
            self.frames.outgoing.appendData(stream, [], payload: message)
            self.scheduleFlush()
        }
    }

    func grant(_ total: UInt64, on stream: UInt32) {
        self.onLoop {
            guard let call = self.calls[stream], let waiter = call.roomWaiter else { return }
            call.roomWaiter = nil
            self.answerRoom(waiter.stream, total: total)
        }
    }

    /// A client tells of its room without being asked.
    func wantRoom(on stream: MessageStream) {}

    var isDraining: Bool { self.server.isDraining.load(ordering: .relaxed) }

    func cancel(_ stream: MessageStream) {
        self.onLoop { self.calls[stream.id]?.cancel(.cancelled()) }
    }
}

extension RPCError {
    /// The other side sends without waiting for room.
    static let streamFull = RPCError(
        code: .resourceExhausted, reason: .unavailable,
        message: "messages came faster than they were taken: wait for room before you send more")
}
