package import Tracing

/// A ``TraceParent`` in the context that swift-distributed-tracing carries through tasks.
private enum TraceParentKey: ServiceContextKey {
    typealias Value = TraceParent
    static let nameOverride: String? = "traceparent"
}

extension ServiceContext {
    package var traceParent: TraceParent? {
        get { self[TraceParentKey.self] }
        set { self[TraceParentKey.self] = newValue }
    }
}

/// Carries a trace from and to texts such as HTTP's headers: the W3C `traceparent`.
package struct TraceParentPropagator: Instrument {
    package static let key = "traceparent"

    package init() {}

    /// Takes nothing that the standard calls invalid.
    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let text = extractor.extract(key: Self.key, from: carrier),
            let trace = TraceParent(parsing: text)
        else { return }
        context.traceParent = trace
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.traceParent else { return }
        injector.inject(trace.description, forKey: Self.key, into: &carrier)
    }
}

extension Instrument {
    /// A context of `trace`, with whatever this instrument makes of it.
    func context(of trace: TraceParent?) -> ServiceContext {
        var context = ServiceContext.topLevel
        guard let trace else { return context }
        context.traceParent = trace
        let carrier = [TraceParentPropagator.key: trace.description]
        self.extract(carrier, into: &context, using: DictionaryCarrier())
        return context
    }

    /// Where `context` is in its trace, by this instrument's word before our own.
    func traceParent(of context: ServiceContext) -> TraceParent? {
        var carrier: [String: String] = [:]
        self.inject(context, into: &carrier, using: DictionaryCarrier())
        return carrier[TraceParentPropagator.key].flatMap { TraceParent(parsing: $0) }
            ?? context.traceParent
    }
}

private struct DictionaryCarrier: Extractor, Injector {
    func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }

    func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
        carrier[key] = value
    }
}

extension CallContext {
    /// The call's place in its trace, for spans of the handler's own.
    package var serviceContext: ServiceContext {
        InstrumentationSystem.instrument.context(of: self.traceParent)
    }
}

extension CallOptions {
    /// Options for a call that belongs to the trace of `serviceContext`, such as
    /// `ServiceContext.current`.
    package init(
        timeout: Duration = .seconds(10), metadata: Metadata = [:], serviceContext: ServiceContext?
    ) {
        self.init(
            timeout: timeout, metadata: metadata,
            traceParent: serviceContext.flatMap {
                InstrumentationSystem.instrument.traceParent(of: $0)
            })
    }
}
