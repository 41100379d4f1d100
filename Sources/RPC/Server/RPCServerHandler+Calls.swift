internal import Logging
internal import NIOCore
internal import TLS
internal import Wire

extension RPCServerHandler {
    /// Takes one event of the connection. The answers of calls that end at once are sent with it.
    func receive(
        _ event: FrameDecoder.Event, _ bytes: Span<UInt8>
    ) throws(ProtocolViolation) {
        switch event {
        case .tooLarge(let header):
            guard header.kind == FrameKind.request.rawValue else { return }
            let action = try self.machine.receivedTooLarge(stream: header.stream)
            if case .refuse(let refusal) = action { self.refuse(header.stream, refusal) }
        case .frame(let header, let range):
            switch FrameKind(rawValue: header.kind) {
            case .request:
                try self.receiveRequest(header, bytes.extracting(range))
            case .data:
                try self.machine.receivedData(stream: header.stream)
            case .response:
                throw .responseFromClient
            case nil:
                return
            }
        }
    }

    private func receiveRequest(
        _ header: FrameHeader, _ payload: Span<UInt8>
    ) throws(ProtocolViolation) {
        let action = try self.machine.receivedRequest(
            stream: header.stream, flags: header.flags, size: payload.count)
        switch action {
        case .refuse(let refusal):
            self.refuse(header.stream, refusal)
        case .run:
            do throws(RPCError) {
                try self.begin(header.stream, payload)
            } catch {
                self.answer(stream: header.stream, .failure(error))
                self.act(on: self.machine.ended(size: payload.count))
            }
        }
    }

    /// Checks the request and starts its handler; throws if no handler is to see it.
    private func begin(_ stream: UInt32, _ payload: Span<UInt8>) throws(RPCError) {
        let request: Envelope.Request
        do throws(WireError) {
            request = try Envelope.Request(decoding: payload)
        } catch {
            throw .malformedRequest("\(error)")
        }
        guard let peer = self.frames.peer else { throw .internal() }
        let method = try self.server.methods.find(
            service: request.service, method: request.method, for: peer)
        let deadline: RPCDeadline?
        switch request.timeout {
        case .none: deadline = nil
        case .expired: throw .deadlineExceeded(mayHaveRun: false)
        case .after(let left): deadline = .after(left)
        }
        let context = CallContext(
            peer: peer, method: method.descriptor, deadline: deadline, metadata: request.metadata,
            traceParent: request.traceParent ?? .root(using: &self.random), logger: self.logger)
        let call = Call(method: method.descriptor, size: payload.count, deadline: deadline)
        self.run(call, on: stream, with: request.payload, method.handle, context)
    }

    /// Starts the handler at once, on this thread: one that never waits has answered on return.
    private func run(
        _ call: Call, on stream: UInt32, with payload: [UInt8],
        _ handle: @escaping RPCMethod.Handle,
        _ context: CallContext
    ) {
        self.calls[stream] = call
        let task = Task.immediate(executorPreference: self.executor) {
            let result: Result<[UInt8], RPCError>
            do {
                result = .success(try await handle(payload, context))
            } catch {
                result = .failure(Self.rpcError(error, in: context))
            }
            self.eventLoop.assertInEventLoop()
            self.ended(stream, result)
        }
        guard self.calls[stream] != nil else { return }
        self.calls[stream]?.task = task
        if let deadline = call.deadline { self.watch(deadline) }
    }

    private func ended(_ stream: UInt32, _ result: Result<[UInt8], RPCError>) {
        guard let call = self.calls.removeValue(forKey: stream) else { return }
        if !call.isAnswered { self.answer(stream: stream, result) }
        self.logger.debug(
            "call ended",
            metadata: ["rpc": "\(call.method.path)", "code": "\(Self.code(of: result))"])
        self.act(on: self.machine.ended(size: call.size))
    }

    // MARK: Deadlines

    private func watch(_ deadline: RPCDeadline) {
        self.deadlines.set(deadline) { [weak self] in self?.expireCalls() }
    }

    /// Answers every call whose deadline has passed, and cancels its task. The call counts until
    /// its handler has ended: cancelling asks, it does not force.
    private func expireCalls() {
        let now = ContinuousClock.now
        var next: RPCDeadline?
        for (stream, call) in self.calls where !call.isAnswered {
            guard let deadline = call.deadline else { continue }
            if deadline.hasPassed(now: now) {
                self.calls[stream]?.isAnswered = true
                self.answer(stream: stream, .failure(.deadlineExceeded()))
                call.task?.cancel()
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        if let next { self.watch(next) }
    }

    // MARK: Refusals

    private func refuse(_ stream: UInt32, _ refusal: ServerConnectionStateMachine.Refusal) {
        self.answer(stream: stream, .failure(Self.error(refusal)))
    }

    private static func error(_ refusal: ServerConnectionStateMachine.Refusal) -> RPCError {
        switch refusal {
        case .draining:
            .unavailable(
                "the server is shutting down; call another or later", reason: .draining,
                mayHaveRun: false)
        case .tooManyCalls:
            RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "too many calls at once on this connection", mayHaveRun: false)
        case .tooManyBytes:
            RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "too many bytes of requests at once on this connection",
                mayHaveRun: false)
        case .tooLarge:
            RPCError(
                code: .resourceExhausted, reason: .messageTooLarge,
                message: "a request is limited to \(FrameHeader.payloadLimit) bytes",
                mayHaveRun: false)
        case .streaming:
            RPCError(
                code: .unimplemented, reason: .unknownMethod,
                message: "this server has no streaming methods", mayHaveRun: false)
        }
    }

    /// What the peer is told of an error. Only an ``RPCError`` was made to be told.
    private static func rpcError(_ error: any Error, in context: CallContext) -> RPCError {
        switch error {
        case let error as RPCError:
            return error
        case is CancellationError:
            let isLate = context.deadline?.hasPassed() ?? false
            return isLate ? .deadlineExceeded() : .cancelled()
        default:
            context.logger.error("handler failed", metadata: ["error": "\(error)"])
            return .internal()
        }
    }

    private static func code(of result: Result<[UInt8], RPCError>) -> RPCError.Code {
        switch result {
        case .success: .ok
        case .failure(let error): error.code
        }
    }
}

extension RPCError {
    static func responseTooLarge(_ count: Int) -> RPCError {
        RPCError(
            code: .resourceExhausted, reason: .messageTooLarge,
            message: "the response has \(count) bytes, more than \(FrameHeader.payloadLimit)")
    }
}
