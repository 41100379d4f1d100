package import Tracing

/// Makes the spans of calls. There is none where the process has no tracer: nothing is asked then.
struct CallTracer: Sendable {
    /// A call's span, and what travels in its name.
    struct Span: Sendable {
        let span: any Tracing.Span
        /// `nil` for a tracer that gives its spans no such ids.
        let traceParent: TraceParent?
    }

    private let tracer: any Tracer

    init(_ tracer: any Tracer) {
        self.tracer = tracer
    }

    /// - Parameter parent: What came with the call.
    func serving(_ method: MethodDescriptor, parent: TraceParent?) -> Span {
        self.start(method, .server, parent: parent)
    }

    /// - Parameter parent: What its caller gave it.
    func calling(_ method: MethodDescriptor, parent: TraceParent?) -> Span {
        self.start(method, .client, parent: parent)
    }

    private func start(_ method: MethodDescriptor, _ kind: SpanKind, parent: TraceParent?) -> Span {
        let context = self.tracer.context(of: parent)
        let span: any Tracing.Span = self.tracer.startSpan(
            method.path, context: context, ofKind: kind)
        span.updateAttributes { attributes in
            attributes["rpc.system"] = "ttrpc"
            attributes["rpc.service"] = method.service
            attributes["rpc.method"] = method.name
        }
        return Span(span: span, traceParent: self.tracer.traceParent(of: span.context))
    }
}

extension CallTracer.Span {
    /// Runs a handler: spans of its own become children of the call's.
    func run<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await ServiceContext.$current.withValue(self.span.context, operation: body)
    }

    func end(_ code: RPCError.Code) {
        self.span.updateAttributes { $0["rpc.status"] = code.description }
        if code != .ok { self.span.setStatus(SpanStatus(code: .error)) }
        self.span.end()
    }
}

extension InstrumentationSystem {
    /// The process's tracer, if one was set up.
    package static var bootstrappedTracer: (any Tracer)? {
        let tracer = self.tracer
        return tracer is NoOpTracer ? nil : tracer
    }
}
