import RPC
import Synchronization
import TLS
import Testing
import Tracing

@Suite("Traces")
struct TracingTests {
    private static let parent = TraceParent(traceHigh: 1, traceLow: 2, span: 3, isSampled: true)

    @Test("A call has a client's and a server's span, and their ids travel")
    func spans() async throws {
        let tracer = SpanRecorder()
        let harness = try await RPCHarness(tracer: tracer)
        let client = try harness.client(tracer: tracer)
        let options = CallOptions(timeout: .seconds(60), traceParent: Self.parent)
        let answer = try await client.call(RPCHarness.inspect, [], options: options)
        await client.close()
        await harness.server.shutdown()

        let caller = try #require(tracer.spans.first { $0.kind == .client })
        let server = try #require(tracer.spans.first { $0.kind == .server })
        #expect(tracer.spans.count == 2)
        #expect(caller.parent == Self.parent.span)
        #expect(server.parent == caller.trace.span)
        #expect(server.trace.traceID == Self.parent.traceID)
        #expect(caller.trace.traceID == Self.parent.traceID)
        // What the handler sees, logs and passes on is the server's span.
        #expect(String(decoding: answer, as: UTF8.self).hasSuffix(" \(server.trace)"))
        for span in [caller, server] {
            #expect(span.operationName == "\(RPCHarness.service)/Inspect")
            #expect(span.texts["rpc.system"] == "ttrpc")
            #expect(span.texts["rpc.service"] == RPCHarness.service)
            #expect(span.texts["rpc.method"] == "Inspect")
            #expect(span.texts["rpc.status"] == "OK")
            #expect(span.status == nil)
            #expect(span.ends == 1)
        }
    }

    @Test("A span tells of failure, and a stream's span ends with the stream")
    func failure() async throws {
        let tracer = SpanRecorder()
        let harness = try await RPCHarness(tracer: tracer)
        let client = try harness.client(tracer: tracer)
        _ = await rpcError {
            _ = try await client.call(RPCHarness.refuse, [], options: .patient)
        }
        let stream = try await client.open(
            RPCHarness.spread, UInt32(2).bytes + UInt32(8).bytes, options: .patient)
        while try await stream.next() != nil {}
        await client.close()
        await harness.server.shutdown()

        let statuses = tracer.spans.map { ($0.texts["rpc.status"], $0.status?.code, $0.ends) }
        #expect(statuses.count == 4)
        for (text, code, ends) in statuses {
            #expect(ends == 1)
            #expect(text == (code == .error ? "FAILED_PRECONDITION" : "OK"))
        }
        #expect(statuses.count { $0.1 == .error } == 2)
    }

    @Test("A handler's own spans are children of the call's")
    func handlers() async throws {
        let tracer = SpanRecorder()
        let seen = Mutex<TraceParent?>(nil)
        let method = RPCMethod(descriptor: RPCHarness.method("Trace")) { _, context in
            seen.withLock { $0 = ServiceContext.current?.traceParent }
            #expect(context.serviceContext.traceParent == context.traceParent)
            #expect(context.options().traceParent == context.traceParent)
            return []
        }
        let harness = try await RPCHarness(tracer: tracer, methods: [method])
        let client = try harness.client()
        _ = try await client.call(method.descriptor, [], options: .patient)
        await client.close()
        await harness.server.shutdown()
        #expect(seen.withLock { $0 } == tracer.spans.first?.trace)
        #expect(tracer.spans.first?.parent != nil)
    }

    @Test("Without a tracer the trace of the caller still travels")
    func none() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let answer = try await client.call(
            RPCHarness.inspect, [],
            options: CallOptions(timeout: .seconds(60), traceParent: Self.parent))
        await client.close()
        await harness.server.shutdown()
        #expect(String(decoding: answer, as: UTF8.self).hasSuffix(" \(Self.parent)"))
        #expect(InstrumentationSystem.bootstrappedTracer == nil)
    }

    @Test("The propagator carries what the standard calls valid")
    func propagator() {
        let propagator = TraceParentPropagator()
        var headers: [String: String] = [:]
        var context = ServiceContext.topLevel
        propagator.inject(context, into: &headers, using: Headers())
        #expect(headers.isEmpty)
        context.traceParent = Self.parent
        propagator.inject(context, into: &headers, using: Headers())
        #expect(headers == ["traceparent": Self.parent.description])
        var read = ServiceContext.topLevel
        propagator.extract(headers, into: &read, using: Headers())
        #expect(read.traceParent == Self.parent)
        #expect(CallOptions(serviceContext: read).traceParent == Self.parent)
        #expect(CallOptions(serviceContext: nil).traceParent == nil)
        var none = ServiceContext.topLevel
        propagator.extract(["traceparent": "00-0-0-01"], into: &none, using: Headers())
        #expect(none.traceParent == nil)
    }

    private struct Headers: Extractor, Injector {
        func extract(key: String, from carrier: [String: String]) -> String? { carrier[key] }
        func inject(_ value: String, forKey key: String, into carrier: inout [String: String]) {
            carrier[key] = value
        }
    }
}
