internal import RPCCore

/// A call whose handler has not ended. Belongs to its connection's event loop.
final class ServedCall {
    let context: CallContext
    let entry: MethodTable.Entry
    let began: Nanoseconds
    /// Bytes of its request.
    let size: Int
    let messages: MessageStream?
    /// Where the process has a tracer.
    let span: CallTracer.Span?
    var task: Task<Void, Never>?
    /// Answered already, because its deadline has passed.
    var isAnswered = false
    var hasEnded = false
    /// The stream of the `AwaitRoom` that waits for this call's messages to be taken, and what its
    /// client knows that it may send.
    var roomWaiter: (stream: UInt32, known: UInt64)?

    init(
        _ context: CallContext, _ entry: MethodTable.Entry, began: Nanoseconds, size: Int,
        span: CallTracer.Span?, messages: MessageStream? = nil
    ) {
        self.context = context
        self.entry = entry
        self.began = began
        self.size = size
        self.messages = messages
        self.span = span
    }

    /// Asks the handler to stop, and tells whoever uses its messages.
    func cancel(_ error: RPCError) {
        self.task?.cancel()
        self.messages?.endReceiving(.failure(error))
        self.messages?.endSending(error)
    }
}
