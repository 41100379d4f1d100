internal import Logging
internal import NIOCore
internal import RPCCore
internal import Synchronization
internal import TLS

/// The state of a client. Belongs to one event loop: every property is touched there alone, which
/// is what makes it safe to hand to callers.
final class ClientCore: @unchecked Sendable {
    let endpoint: Endpoint
    let peer: Role
    let tls: TLSContext
    let eventLoop: any EventLoop
    let logger: Logger
    let configuration: RPCClient.Configuration
    var random = SplitMix64()
    /// Whether the last attempt to connect has failed, and none gone well since.
    let isDown = Atomic(false)
    private var machine: ReconnectStateMachine
    private var connection: RPCClientHandler?
    /// Calls that wait for a connection, oldest first.
    private var queue: [PendingCall] = []
    private var queuedBytes = 0
    private var pendingCalls = 0
    /// By the method's identity: a client calls some dozens.
    private var methodMetrics: [ObjectIdentifier: CallMetrics] = [:]
    private var lastFailure: String?
    private let queueTimer: DeadlineTimer
    private let tracer: CallTracer?

    init(
        endpoint: Endpoint, peer: Role, tls: TLSContext, eventLoop: any EventLoop, logger: Logger,
        configuration: RPCClient.Configuration, tracer: CallTracer?
    ) {
        self.endpoint = endpoint
        self.peer = peer
        self.tls = tls
        self.eventLoop = eventLoop
        self.configuration = configuration
        self.tracer = tracer
        self.machine = ReconnectStateMachine(backoff: configuration.backoff)
        self.queueTimer = DeadlineTimer(eventLoop)
        var logger = logger
        logger[metadataKey: "endpoint"] = "\(endpoint)"
        logger[metadataKey: "server"] = "\(peer)"
        self.logger = logger
    }

    /// Runs `body` on the loop: now, if this is its thread.
    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }

    // MARK: Calls

    func submit(_ call: PendingCall, _ completion: PendingCall.Completion) {
        call.wait(completion)
        // Its task was cancelled before it came here.
        if call.isDone { return call.finish(.failure(.cancelled(mayHaveRun: false))) }
        if let refusal = self.refusal(of: call) { return call.finish(.failure(refusal)) }
        switch self.machine.called() {
        case .send:
            self.began(call)
            self.send(call)
        case .queue:
            self.enqueue(call)
        case .queueAndConnect:
            self.enqueue(call)
            self.connect()
        case .refuse:
            call.finish(.failure(.unavailable("the client was closed", mayHaveRun: false)))
        }
    }

    func cancel(_ call: PendingCall) {
        if call.isDone { return }
        if let index = self.queue.firstIndex(where: { $0 === call }) {
            self.dequeue(at: index)
            self.finish(call, .failure(.cancelled(mayHaveRun: false)))
        } else if let connection = call.connection, connection.forget(call) {
            self.finish(call, .failure(.cancelled()))
        } else {
            // Not submitted yet.
            call.finish(.failure(.cancelled()))
        }
    }

    /// Gives a call that was counted its result.
    func finish(_ call: PendingCall, _ result: Result<[UInt8], RPCError>) {
        if call.isCallers {
            self.pendingCalls -= 1
            let latency = Monotonic.now - call.began
            switch result {
            case .success(let payload):
                call.metrics?.ended(.ok, after: latency, bytes: payload.count, isServer: false)
                call.span?.end(.ok)
            case .failure(let error):
                call.metrics?.ended(error.code, after: latency, bytes: 0, isServer: false)
                call.span?.end(error.code)
            }
        }
        call.finish(result)
    }

    /// A call is taken, to be sent or to wait.
    private func began(_ call: PendingCall) {
        self.pendingCalls += 1
        let metrics = self.metrics(of: call.method)
        metrics.began(requestBytes: call.payload.count, isServer: false)
        call.metrics = metrics
        call.span = self.tracer?.calling(call.method, parent: call.traceParent)
    }

    private func metrics(of method: MethodDescriptor) -> CallMetrics {
        if let known = self.methodMetrics[method.identity] { return known }
        let metrics = CallMetrics(side: "client", method)
        self.methodMetrics[method.identity] = metrics
        return metrics
    }

    private func refusal(of call: PendingCall) -> RPCError? {
        // Room for the envelope: names, metadata and a trace.
        if call.payload.count > FrameHeader.payloadLimit - 64 * 1024 {
            return RPCError(
                code: .resourceExhausted, reason: .messageTooLarge,
                message: "a request of \(call.payload.count) bytes is too large",
                mayHaveRun: false)
        }
        if self.pendingCalls >= self.configuration.pendingCalls
            || self.queuedBytes + call.payload.count > self.configuration.unsentBytes
            || self.connection?.isFull ?? false
        {
            return RPCError(
                code: .resourceExhausted, reason: .unavailable,
                message: "too many calls wait for \(self.endpoint)", mayHaveRun: false)
        }
        return nil
    }

    private func send(_ call: PendingCall) {
        guard let connection, connection.send(call) else {
            return self.finish(call, .failure(self.notConnected))
        }
        if !connection.canSend { self.retire(connection) }
    }

    // MARK: The queue

    private func enqueue(_ call: PendingCall) {
        self.began(call)
        self.queuedBytes += call.payload.count
        call.wasQueued = true
        self.queue.append(call)
        self.watchQueue(call.queueDeadline)
    }

    private func dequeue(at index: Int) {
        self.queuedBytes -= self.queue.remove(at: index).payload.count
    }

    private func takeQueue() -> [PendingCall] {
        defer {
            self.queue = []
            self.queuedBytes = 0
        }
        return self.queue
    }

    private func watchQueue(_ deadline: RPCDeadline) {
        self.queueTimer.start { self.expireQueue() }
        self.queueTimer.set(deadline)
    }

    private func expireQueue() {
        let now = Monotonic.now
        let late = self.queue.filter { $0.queueDeadline.hasPassed(now: now) }
        self.queue.removeAll { $0.queueDeadline.hasPassed(now: now) }
        for call in late {
            self.queuedBytes -= call.payload.count
            let isLate = call.deadline.hasPassed(now: now)
            self.finish(
                call, .failure(isLate ? .deadlineExceeded(mayHaveRun: false) : self.notConnected))
        }
        if let next = self.queue.map(\.queueDeadline).min() { self.watchQueue(next) }
    }

    private var notConnected: RPCError {
        let why = self.lastFailure.map { ": \($0)" } ?? ""
        return .unavailable(
            "no connection to \(self.peer) at \(self.endpoint)\(why)", mayHaveRun: false)
    }

    // MARK: The connection

    /// Tells the outcome of an attempt: the handler calls ``connected(_:)`` itself.
    func connectFailed(_ error: any Error) {
        self.lastFailure = "\(error)"
        self.logger.debug("cannot connect", metadata: ["error": "\(error)"])
        self.isDown.store(true, ordering: .relaxed)
        if self.configuration.failsFast || Self.isLasting(error) {
            for call in self.takeQueue() { self.finish(call, .failure(self.notConnected)) }
        }
        self.act(on: self.machine.connectFailed(using: &self.random))
    }

    /// A peer that is the wrong one, or certificates that do not do: no call should wait for that
    /// to change.
    private static func isLasting(_ error: any Error) -> Bool {
        guard let error = error as? TLSError else { return false }
        switch error.code {
        case .file, .exists, .badCertificate, .invalidRequest, .peerRejected, .wrongRole,
            .rejectedByPeer:
            return true
        case .protocolViolation, .closed, .library:
            return false
        }
    }

    func connected(_ handler: RPCClientHandler) {
        guard self.machine.connected() else { return handler.close() }
        self.logger.debug("connected")
        self.isDown.store(false, ordering: .relaxed)
        self.lastFailure = nil
        self.connection = handler
        for call in self.takeQueue() { self.resubmit(call) }
    }

    /// A queued call that finds no connection after all waits on: a queue may outlive one.
    private func resubmit(_ call: PendingCall) {
        switch self.machine.called() {
        case .send: self.send(call)
        case .queue, .queueAndConnect, .refuse: self.finish(call, .failure(self.notConnected))
        }
    }

    /// The connection has gone; its calls were told.
    func lost(_ handler: RPCClientHandler, because reason: String) {
        guard self.connection === handler else { return }
        self.connection = nil
        self.lastFailure = reason
        self.logger.debug("connection lost", metadata: ["error": "\(reason)"])
        self.act(on: self.machine.lost(hasServed: handler.hasServed, using: &self.random))
    }

    /// The connection takes no more calls: the next one gets another.
    func retire(_ handler: RPCClientHandler) {
        guard self.connection === handler else { return }
        self.connection = nil
        self.logger.debug("connection retired")
        handler.closeWhenIdle()
        self.act(on: self.machine.lost(hasServed: true, using: &self.random))
    }

    private func act(on loss: ReconnectStateMachine.OnLoss) {
        switch loss {
        case .wait: return
        case .rest(let rest):
            self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(rest)) {
                if self.machine.rested(callsWait: !self.queue.isEmpty) { self.connect() }
            }
        }
    }

    func recheckPeer() {
        self.connection?.recheckPeer()
    }

    /// Takes no more calls, and ends with the last answer.
    func retire() {
        self.machine.close()
        self.queueTimer.end()
        self.connection?.closeWhenIdle()
        self.connection = nil
    }

    func close() {
        self.machine.close()
        self.queueTimer.end()
        for call in self.takeQueue() {
            self.finish(
                call, .failure(.unavailable("the client was closed", mayHaveRun: false)))
        }
        self.connection?.close()
        self.connection = nil
    }
}
