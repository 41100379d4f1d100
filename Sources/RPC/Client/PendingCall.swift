/// A call whose caller waits. Belongs to its client's event loop.
final class PendingCall: @unchecked Sendable {
    let method: MethodDescriptor
    let payload: [UInt8]
    let metadata: Metadata
    let traceParent: TraceParent?
    let deadline: RPCDeadline
    /// When it stops waiting for a connection.
    let queueDeadline: RPCDeadline
    /// On its connection, once it was sent.
    var stream: UInt32?
    private var continuation: CheckedContinuation<Result<[UInt8], RPCError>, Never>?
    private(set) var isDone = false

    init(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions, queueTime: Duration
    ) {
        let now = ContinuousClock.now
        self.method = method
        self.payload = payload
        self.metadata = options.metadata
        self.traceParent = options.traceParent
        self.deadline = .after(min(options.timeout, Timeout.longest), now: now)
        self.queueDeadline = min(.after(queueTime, now: now), self.deadline)
    }

    /// On the loop as everything else: a cancellation may come there first.
    func wait(_ continuation: CheckedContinuation<Result<[UInt8], RPCError>, Never>) {
        self.continuation = continuation
    }

    /// Gives the caller its result. The first one counts: a cancelled call may still be answered.
    func finish(_ result: Result<[UInt8], RPCError>) {
        self.isDone = true
        self.continuation?.resume(returning: result)
        self.continuation = nil
    }
}
