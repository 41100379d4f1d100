internal import RPCCore

/// A call whose caller waits. Belongs to its client's event loop.
final class PendingCall: @unchecked Sendable {
    /// Who is told how it went.
    enum Completion {
        /// Whoever waits for the response of a unary call.
        case response(UnsafeContinuation<Result<[UInt8], RPCError>, Never>)
        /// Whoever waits for a stream to be opened.
        case opening(UnsafeContinuation<Result<MessageStream, RPCError>, Never>)
        /// The connection itself, for its own calls.
        case connection((Result<[UInt8], RPCError>) -> Void)
    }

    let method: MethodDescriptor
    let payload: [UInt8]
    let metadata: Metadata
    private let givenTrace: TraceParent?
    /// Where the process has a tracer.
    var span: CallTracer.Span?
    let deadline: RPCDeadline
    /// What its caller gave it.
    private let timeout: Duration
    let began: Nanoseconds
    /// What is counted of its method, once it is taken.
    var metrics: CallMetrics?
    /// Whether it had to wait before it was sent.
    var wasQueued = false
    /// When it stops waiting for a connection.
    let queueDeadline: RPCDeadline
    /// Where it waits for its answer, once it was sent.
    var connection: RPCClientHandler?
    var stream: UInt32?
    /// Of a streaming call, once it was sent.
    var messages: MessageStream?
    /// Whether it has asked the server for room for its messages.
    var isAwaitingRoom = false
    private var completion: Completion?
    private(set) var isDone = false

    init(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions, queueTime: Duration
    ) {
        let now = Monotonic.now
        self.began = now
        self.method = method
        self.payload = payload
        self.metadata = options.metadata
        self.givenTrace = options.traceParent
        self.timeout = min(options.timeout, Timeout.longest)
        self.deadline = .after(self.timeout, now: now)
        self.queueDeadline = min(.after(queueTime, now: now), self.deadline)
    }

    /// What travels with it: its own span, if it has one.
    var traceParent: TraceParent? { self.span?.traceParent ?? self.givenTrace }

    /// Whether a caller has made it, not the connection for itself.
    private(set) var isCallers = true

    /// What is left of its time. A call that is sent at once has nearly all: the clock need not be
    /// asked again.
    var left: Duration { self.wasQueued ? self.deadline.remaining() : self.timeout }

    /// On the loop as everything else: a cancellation may come there first.
    func wait(_ completion: Completion) {
        self.completion = completion
        if case .connection = completion { self.isCallers = false }
    }

    /// A streaming call was sent. It is over only when its messages are.
    func opened(_ messages: MessageStream) {
        self.messages = messages
        if case .opening(let caller) = self.completion {
            self.completion = nil
            caller.resume(returning: .success(messages))
        }
    }

    /// Gives the caller its result. The first one counts: a cancelled call may still be answered.
    ///
    /// Each continuation is resumed once, which nothing but this checks: a checked one costs as
    /// much as the rest of a call.
    func finish(_ result: Result<[UInt8], RPCError>) {
        self.isDone = true
        self.connection = nil
        switch self.completion.take() {
        case .response(let caller): caller.resume(returning: result)
        case .connection(let tell): tell(result)
        case .opening(let caller):
            caller.resume(returning: result.flatMap { _ in .failure(.cancelled()) })
        case nil: break
        }
        if let messages { self.end(messages, result) }
    }

    private func end(_ messages: MessageStream, _ result: Result<[UInt8], RPCError>) {
        if case .success(let last) = result, !last.isEmpty || !self.method.kind.sendsMessages {
            _ = messages.receive(last)
        }
        messages.endReceiving(result.map { _ in })
        if case .failure(let error) = result {
            messages.endSending(error)
        } else {
            messages.endSending(.cancelled())
        }
    }
}
