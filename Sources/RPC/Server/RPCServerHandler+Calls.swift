internal import Logging
internal import NIOCore
internal import RPCCore
internal import Synchronization
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
            if case .refuse(let refusal) = action {
                self.answer(header.stream, .failure(Self.error(refusal)))
            }
        case .frame(let header, let range):
            switch FrameKind(rawValue: header.kind) {
            case .request:
                try self.receiveRequest(header, bytes.extracting(range))
            case .data:
                try self.receiveData(header, bytes.extracting(range))
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
            self.answer(header.stream, .failure(Self.error(refusal)))
        case .run:
            do throws(RPCError) {
                try self.begin(header.stream, payload)
            } catch {
                self.server.metrics.shed(error)
                self.answer(header.stream, .failure(error))
                self.act(on: self.machine.ended(stream: header.stream, size: payload.count))
            }
        }
    }

    /// Checks the request and starts its handler; throws if no handler is to see it.
    private func begin(_ stream: UInt32, _ bytes: Span<UInt8>) throws(RPCError) {
        let request = try RequestEnvelope(reading: bytes)
        guard let peer = self.frames.peer else { throw .internal() }
        let entry = try self.server.methods.find(
            service: bytes.extracting(request.service), method: bytes.extracting(request.method),
            for: peer)
        if self.machine.isOpen(stream: stream), !entry.descriptor.kind.takesMessages {
            throw RPCError(
                code: .unimplemented, reason: .unknownMethod,
                message: "\(entry.descriptor.path) takes one request, no stream of messages",
                mayHaveRun: false)
        }
        let now = Monotonic.now
        let deadline: RPCDeadline?
        switch request.timeout {
        case .none: deadline = nil
        case .expired: throw .deadlineExceeded(mayHaveRun: false)
        case .after(let left): deadline = .after(left, now: now)
        }
        let payload = bytes.extracting(request.payload)
        let handler: RPCMethod.Handler
        switch entry.handler {
        case .connection(let method):
            return try self.answer(method, on: stream, payload, size: bytes.count)
        case .method(let method):
            handler = method
        }
        try self.checkRoom(bytes.count)
        if entry.isAdmitted {
            try self.server.admission.admit(
                peer, entry.descriptor.priority, self.loop.load.load(at: now), at: now,
                random: self.random.next())
        }
        entry.metrics.began(requestBytes: payload.count, isServer: true)
        let span = self.server.tracer?.serving(entry.descriptor, parent: request.traceParent)
        let trace = span?.traceParent ?? request.traceParent ?? .root(using: &self.random)
        let context = CallContext(
            peer: peer, peerSerial: self.frames.peerSerial ?? "",
            peerHolder: self.frames.peerHolder, method: entry.descriptor, deadline: deadline,
            metadata: request.metadata,
            traceParent: trace, isTraced: span?.traceParent != nil, logger: self.logger)
        self.server.heldBytes.add(bytes.count, ordering: .relaxed)
        switch handler {
        case .immediate(let answer):
            self.answerNow(
                stream, payload,
                ServedCall(context, entry, began: now, size: bytes.count, span: span), answer)
        case .unary(let answer):
            let payload = Array(copying: payload)
            let call = ServedCall(context, entry, began: now, size: bytes.count, span: span)
            self.run(call, on: stream) {
                try await answer(payload, context)
            }
        case .streaming(let answer):
            let messages = self.makeMessages(stream, context, first: payload)
            self.streamingCalls += 1
            let call = ServedCall(
                context, entry, began: now, size: bytes.count, span: span, messages: messages)
            self.run(call, on: stream) {
                try await answer(messages, context)
            }
        }
    }

    /// - Throws: When all connections together hold too much already.
    private func checkRoom(_ bytes: Int) throws(RPCError) {
        let held = self.server.heldBytes.load(ordering: .relaxed)
        if held + bytes > self.server.limits.totalBytes {
            throw RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "the server holds too many bytes of requests and answers",
                mayHaveRun: false)
        }
    }

    private func answerNow(
        _ stream: UInt32, _ payload: Span<UInt8>, _ call: ServedCall, _ answer: RPCMethod.Immediate
    ) {
        do {
            let message = try answer(payload.bytes, call.context)
            self.frames.outgoing.appendResponse(stream, message: message)
            self.scheduleFlush()
            self.ended(call, stream, .ok, bytes: message.byteCount)
        } catch {
            let error = Self.rpcError(error, in: call.context)
            self.answer(stream, .failure(error))
            self.ended(call, stream, error.code, bytes: 0)
        }
    }

    /// Counts a call that was admitted as ended.
    private func ended(_ call: ServedCall, _ stream: UInt32, _ code: RPCError.Code, bytes: Int) {
        let now = Monotonic.now
        let latency = now - call.began
        self.server.heldBytes.subtract(call.size, ordering: .relaxed)
        if call.entry.isAdmitted {
            self.server.admission.ended(
                call.context.peer, latency: latency, isSample: call.messages == nil,
                isLate: code == .deadlineExceeded, at: now)
        }
        call.entry.metrics.ended(code, after: latency, bytes: bytes, isServer: true)
        self.logger.debug(
            "call ended",
            metadata: ["rpc": "\(call.context.method.path)", "code": "\(code)"])
        if self.server.debugLog.logs(call.context.method, from: call.context.peer) {
            call.log(code, latency: latency, responseBytes: bytes)
        }
        call.span?.end(code)
        self.act(on: self.machine.ended(stream: stream, size: call.size))
    }

    /// Starts the handler at once, on this thread: one that never waits has answered on return.
    private func run(
        _ call: ServedCall, on stream: UInt32,
        _ body: @escaping @Sendable () async throws -> [UInt8]?
    ) {
        self.calls.insert(call, for: stream)
        let span = call.span
        let task = Task.immediate(executorPreference: self.loop.executor) {
            let result: Result<[UInt8]?, any Error>
            do {
                if let span {
                    result = .success(try await span.run(body))
                } else {
                    result = .success(try await body())
                }
            } catch {
                result = .failure(error)
            }
            self.eventLoop.assertInEventLoop()
            self.ended(stream, result)
        }
        guard !call.hasEnded else { return }
        call.task = task
        if let deadline = call.context.deadline { self.deadlines.set(deadline) }
    }

    private func ended(_ stream: UInt32, _ result: Result<[UInt8]?, any Error>) {
        guard let call = self.calls.remove(stream) else { return }
        call.hasEnded = true
        let result = result.mapError { Self.rpcError($0, in: call.context) }
        if let messages = call.messages {
            self.endMessages(messages, of: call, on: stream, result)
        } else if !call.isAnswered {
            self.answer(stream, result.map { $0 ?? [] })
        }
        switch result {
        case .success(let payload): self.ended(call, stream, .ok, bytes: payload?.count ?? 0)
        case .failure(let error): self.ended(call, stream, error.code, bytes: 0)
        }
    }

    /// Sends an answer with all others of this tick.
    func answer(_ stream: UInt32, _ result: Result<[UInt8], RPCError>) {
        switch result {
        case .success(let payload):
            self.frames.outgoing.appendResponse(stream, payload: payload)
        case .failure(let error):
            self.frames.outgoing.appendResponse(stream, error: error)
        }
        self.scheduleFlush()
    }

    // MARK: Deadlines

    /// Answers every call whose deadline has passed, and cancels its task. The call counts until
    /// its handler has ended: cancelling asks, it does not force.
    func expireCalls() {
        let now = Monotonic.now
        var next: RPCDeadline?
        var late: [(UInt32, ServedCall)] = []
        self.calls.forEach { stream, call in
            guard !call.isAnswered, let deadline = call.context.deadline else { return }
            if deadline.hasPassed(now: now) {
                late.append((stream, call))
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        for (stream, call) in late {
            call.isAnswered = true
            self.answer(stream, .failure(.deadlineExceeded()))
            call.cancel(.deadlineExceeded())
        }
        if let next { self.deadlines.set(next) }
    }
}

extension RPCServerHandler {
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
}

extension RPCError {
    static func responseTooLarge(_ count: Int) -> RPCError {
        RPCError(
            code: .resourceExhausted, reason: .messageTooLarge,
            message: "the response has \(count) bytes, more than \(FrameHeader.payloadLimit)")
    }
}
