internal import Messages
internal import Wire

// The methods of `florin.rpc.v1.Connection`.
extension RPCServerHandler {
    /// Answers now, or keeps the stream to answer later. Such a call counts as ended: it is no
    /// work, and must not keep a drain waiting.
    func answer(
        _ method: ConnectionMethods.Method, on stream: UInt32, _ payload: Span<UInt8>, size: Int
    ) throws(RPCError) {
        switch method {
        case .ping:
            let request: RpcV1.PingRequest = try Self.decode(payload)
            self.answer(stream, RpcV1.PingResponse(payload: request.payload))
        case .awaitDrain:
            try self.awaitDrain(stream)
        case .cancel:
            let request: RpcV1.CancelRequest = try Self.decode(payload)
            self.calls[request.stream]?.cancel(.cancelled())
            self.answer(stream, RpcV1.CancelResponse())
        case .grant:
            let request: RpcV1.GrantRequest = try Self.decode(payload)
            self.calls[request.stream]?.messages?.grant(request.total)
            self.answer(stream, RpcV1.GrantResponse())
        case .awaitRoom:
            try self.awaitRoom(stream, try Self.decode(payload))
        }
        self.act(on: self.machine.ended(stream: stream, size: size))
    }

    private func awaitDrain(_ stream: UInt32) throws(RPCError) {
        guard self.drainWaiter == nil else { throw Self.waitsAlready }
        self.drainWaiter = stream
    }

    /// Tells the client that its next calls belong on another connection.
    func tellOfDrain() {
        guard let waiter = self.drainWaiter else { return }
        self.drainWaiter = nil
        self.answer(waiter, RpcV1.AwaitDrainResponse())
    }

    private func awaitRoom(_ stream: UInt32, _ request: RpcV1.AwaitRoomRequest) throws(RPCError) {
        guard let call = self.calls[request.stream], let messages = call.messages else {
            // The call has ended meanwhile: its client learns that by itself.
            return self.answerRoom(stream, total: .max)
        }
        guard call.roomWaiter == nil else { throw Self.waitsAlready }
        if messages.granted > request.known {
            self.answerRoom(stream, total: messages.granted)
        } else {
            call.roomWaiter = (stream, request.known)
        }
    }

    func answerRoom(_ stream: UInt32, total: UInt64) {
        self.answer(stream, RpcV1.AwaitRoomResponse(total: total))
    }

    private func answer(_ stream: UInt32, _ message: some Message) {
        self.frames.outgoing.appendResponse(stream, message: PackedMessage(message))
        self.scheduleFlush()
    }

    private static func decode<Request: Message>(
        _ payload: Span<UInt8>
    ) throws(RPCError) -> Request {
        do {
            return try Request(decoding: payload.bytes)
        } catch {
            throw .malformedRequest(error.description)
        }
    }

    private static let waitsAlready = RPCError(
        code: .resourceExhausted, reason: .unavailable,
        message: "another call of this connection waits for the same", mayHaveRun: false)
}
