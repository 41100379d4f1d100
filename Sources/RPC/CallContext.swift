package import Logging
package import TLS

/// What a handler knows of the call it answers, besides the request.
package struct CallContext: Sendable {
    /// Who calls, by its certificate.
    package let peer: Role
    /// Which certificate of that role: its serial number, in upper-case hexadecimal.
    package let peerSerial: String
    /// Who of that role, if the certificate says so.
    package let peerHolder: String?
    package let method: MethodDescriptor
    /// When the caller stops waiting; `nil` if it waits for ever. The task is cancelled then.
    package let deadline: RPCDeadline?
    package let metadata: Metadata
    package let traceParent: TraceParent
    /// Whether `traceParent` names a span of this call's own.
    private let isTraced: Bool
    private let serverLogger: Logger

    package init(
        peer: Role, peerSerial: String = "", peerHolder: String? = nil, method: MethodDescriptor,
        deadline: RPCDeadline?,
        metadata: Metadata,
        traceParent: TraceParent, isTraced: Bool = false, logger: Logger
    ) {
        self.peer = peer
        self.peerSerial = peerSerial
        self.peerHolder = peerHolder
        self.method = method
        self.deadline = deadline
        self.metadata = metadata
        self.traceParent = traceParent
        self.isTraced = isTraced
        self.serverLogger = logger
    }

    /// Has the method, the peer and the trace in its metadata. Made anew by each use: most calls
    /// log nothing.
    package var logger: Logger {
        var logger = self.serverLogger
        logger[metadataKey: "rpc"] = "\(self.method.path)"
        logger[metadataKey: "peer"] = "\(self.peer)"
        logger[metadataKey: "trace_id"] = "\(self.traceParent.traceID)"
        return logger
    }

    /// Options for a call made on behalf of this one: the same trace, and at most what is left of
    /// this call's time.
    ///
    /// - Parameter timeout: The longest the inner call may take, however much time is left.
    package func options(timeout: Duration = .seconds(10)) -> CallOptions {
        let left = self.deadline.map { min($0.remaining(), timeout) } ?? timeout
        var options = CallOptions(
            timeout: left,
            traceParent: self.isTraced ? self.traceParent : self.traceParent.child())
        options.mayRetry = self.metadata[Retries.attemptKey] == nil
        return options
    }
}
