/// How one call is to be made.
package struct CallOptions: Hashable, Sendable {
    /// How long the caller waits, from the moment it calls. Zero or less: the call fails at once
    /// with `DEADLINE_EXCEEDED` and is not sent.
    package var timeout: Duration
    package var metadata: Metadata
    /// The trace this call belongs to; a new one begins without it.
    package var traceParent: TraceParent?
    /// Whether the call may be made again, as its method declares. Not on behalf of one that is
    /// made again itself.
    package var mayRetry = true

    package init(
        timeout: Duration = .seconds(10), metadata: Metadata = [:], traceParent: TraceParent? = nil
    ) {
        self.timeout = timeout
        self.metadata = metadata
        self.traceParent = traceParent
    }
}

/// A way to call the methods of one peer. Generated clients stand on it.
package protocol Channel: Sendable {
    /// Calls `method` with the bytes of a request and returns those of the response.
    ///
    /// - Throws: What the peer answered in place of a response, or what kept the answer from
    ///   coming: `UNAVAILABLE`, `DEADLINE_EXCEEDED`, `CANCELLED`, `RESOURCE_EXHAUSTED`.
    ///   ``RPCError/mayHaveRun`` tells whether the peer may have begun.
    nonisolated(nonsending) func call(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> [UInt8]

    /// Opens a stream of messages.
    ///
    /// - Parameter payload: The request of a method that takes one; empty for one that takes a
    ///   stream.
    /// - Returns: The messages of the call, once it was sent. They end with the call's deadline at
    ///   the latest.
    /// - Throws: What kept it from being sent.
    func open(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> MessageStream
}
