import RPC
import Synchronization
import Tracing

/// A tracer as a process may have one: it gives each span an id of its own, and carries it as the
/// W3C says. It keeps its spans.
final class SpanRecorder: Tracer {
    private let recorded = Mutex<[RecordedSpan]>([])

    var spans: [RecordedSpan] { self.recorded.withLock { $0 } }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind, at instant: @autoclosure () -> Instant, function: String,
        file fileID: String, line: UInt
    ) -> RecordedSpan {
        let parent = context().traceParent
        let span = RecordedSpan(
            operationName, kind, parent: parent, trace: parent?.child() ?? .root(), context())
        self.recorded.withLock { $0.append(span) }
        return span
    }

    func forceFlush() {}

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        TraceParentPropagator().extract(carrier, into: &context, using: extractor)
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        TraceParentPropagator().inject(context, into: &carrier, using: injector)
    }
}

final class RecordedSpan: Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var status: SpanStatus?
        var ends = 0
    }

    let kind: SpanKind
    /// The id of the span that it is a child of.
    let parent: UInt64?
    let trace: TraceParent
    let context: ServiceContext
    private let state: Mutex<State>

    init(
        _ name: String, _ kind: SpanKind, parent: TraceParent?, trace: TraceParent,
        _ context: ServiceContext
    ) {
        self.kind = kind
        self.parent = parent?.span
        self.trace = trace
        var context = context
        context.traceParent = trace
        self.context = context
        self.state = Mutex(State(name: name))
    }

    var status: SpanStatus? { self.state.withLock(\.status) }
    var ends: Int { self.state.withLock(\.ends) }

    /// The attributes that are texts.
    var texts: [String: String] {
        var texts: [String: String] = [:]
        self.attributes.forEach { name, value in
            if case .string(let text) = value { texts[name] = text }
        }
        return texts
    }

    var operationName: String {
        get { self.state.withLock(\.name) }
        set { self.state.withLock { $0.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { self.state.withLock(\.attributes) }
        set { self.state.withLock { $0.attributes = newValue } }
    }

    var isRecording: Bool { self.ends == 0 }

    func setStatus(_ status: SpanStatus) { self.state.withLock { $0.status = status } }
    func addEvent(_ event: SpanEvent) {}
    func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {}
    func addLink(_ link: SpanLink) {}
    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        self.state.withLock { $0.ends += 1 }
    }
}
