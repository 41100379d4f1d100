import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TLS
import TestKit
import Testing
import Tracing

/// A server on a real socket and a client of it, with methods that misbehave on demand.
final class RPCHarness: Sendable {
    static let service = "florin.test.v1.EchoService"
    static let everyone = Set(Role.allCases)

    /// Answers with what it was sent.
    static let echo = method("Echo")
    /// Answers when its task is cancelled, or the gate opens.
    static let wait = method("Wait")
    /// Answers with what the context says.
    static let inspect = method("Inspect")
    /// Throws an error with every detail.
    static let refuse = method("Refuse")
    /// Throws what no peer should see.
    static let fail = method("Fail")
    /// Answers with as many bytes as the first four of the request say.
    static let swell = method("Swell")
    static let operatorsOnly = method("OperatorsOnly", callers: [.operator])
    static let unknown = method("Unknown")
    /// Answers each message with itself, as it comes.
    static let converse = method("Converse", kind: .bidirectional)
    /// Answers with how many messages came and how many bytes they had in all, four bytes each.
    static let gather = method("Gather", kind: .clientStreaming)
    /// Sends as many messages as the request's first four bytes say, of the size that the next
    /// four say, each beginning with its number.
    static let spread = method("Spread", kind: .serverStreaming)
    /// Takes nothing until the gate opens, then counts as `gather` does.
    static let hold = method("Hold", kind: .clientStreaming)

    static let refusal = RPCError(
        code: .failedPrecondition, reason: .paymentBusy, message: "später, s'il vous plaît",
        violations: [FieldViolation(field: "amount.currency", description: "no such currency")],
        metadata: ["status": "processing", "empty": ""])

    let server: RPCServer
    let endpoint: Endpoint
    let gate: Gate
    let port: Int

    init(
        role: Role = .payment, port: Int = 0,
        limits: RPCServer.Limits = .init(watch: .init(handshake: 60)),
        debugLog: DebugLogFilter = DebugLogFilter(), tracer: (any Tracer)? = nil,
        methods: [RPCMethod] = [], logger: Logger = RPCHarness.logger
    ) async throws {
        let gate = Gate()
        self.gate = gate
        self.server = try RPCServer(
            methods: Self.methods(gate) + methods, tls: TestCertificates.server(role),
            configuration: .init(port: port, limits: limits),
            group: MultiThreadedEventLoopGroup.singleton, debugLog: debugLog, tracer: tracer,
            logger: logger)
        let address = try await self.server.start()
        self.port = try #require(address.port)
        self.endpoint = Endpoint(host: "127.0.0.1", port: self.port)
    }

    func client(
        _ role: Role = .orchestrator, expecting peer: Role = .payment,
        configuration: RPCClient.Configuration = .patient(), tracer: (any Tracer)? = nil
    ) throws -> RPCClient {
        try RPCClient(
            endpoint: self.endpoint, peer: peer, tls: TestCertificates.client(role),
            group: MultiThreadedEventLoopGroup.singleton, logger: Self.logger,
            configuration: configuration, tracer: tracer)
    }

    static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    static func method(
        _ name: String, kind: MethodDescriptor.Kind = .unary, callers: Set<Role> = everyone
    ) -> MethodDescriptor {
        MethodDescriptor(
            service: service, name: name, kind: kind, callers: callers, isIdempotent: false)
    }

    private static func methods(_ gate: Gate) -> [RPCMethod] {
        [
            RPCMethod(descriptor: Self.echo) { payload, _ in payload },
            RPCMethod(descriptor: Self.operatorsOnly) { payload, _ in payload },
            RPCMethod(descriptor: Self.wait) { payload, _ in
                try await gate.pass()
                return payload
            },
            RPCMethod(descriptor: Self.inspect) { _, context in
                let left = context.deadline?.remaining().components.seconds
                return Array(
                    """
                    \(context.peer) \(context.method.name) \(left ?? -1) \
                    \(context.metadata["key"] ?? "") \(context.traceParent)
                    """.utf8)
            },
            RPCMethod(descriptor: Self.refuse) { _, _ in throw Self.refusal },
            RPCMethod(descriptor: Self.fail) { _, _ in throw Secret() },
            RPCMethod(descriptor: Self.swell) { payload, _ in
                let size = payload.prefix(4).reduce(0) { $0 << 8 | Int($1) }
                return [UInt8](repeating: 7, count: size)
            },
        ] + Self.streamingMethods(gate)
    }

    private static func streamingMethods(_ gate: Gate) -> [RPCMethod] {
        [
            RPCMethod(
                descriptor: Self.converse,
                handler: .streaming { messages, _ in
                    while let message = try await messages.next() {
                        try await messages.send(message)
                    }
                    return nil
                }),
            RPCMethod(
                descriptor: Self.gather,
                handler: .streaming { messages, _ in try await count(messages) }),
            RPCMethod(
                descriptor: Self.spread,
                handler: .streaming { messages, _ in
                    let request = try await messages.next() ?? []
                    for number in 0..<request.word(0) {
                        var message = [UInt8](repeating: 0, count: Int(request.word(4)))
                        message.replaceSubrange(0..<4, with: number.bytes)
                        try await messages.send(message)
                    }
                    return nil
                }),
            RPCMethod(
                descriptor: Self.hold,
                handler: .streaming { messages, _ in
                    try await gate.pass()
                    return try await count(messages)
                }),
        ]
    }

    private static func count(_ messages: MessageStream) async throws -> [UInt8] {
        var (count, size): (UInt32, UInt32) = (0, 0)
        while let message = try await messages.next() {
            count += 1
            size += UInt32(message.count)
        }
        return count.bytes + size.bytes
    }

    struct Secret: Error {
        let password = "hunter2"
    }
}

extension RPCClient.Configuration {
    /// For machines with much to do besides: nothing fails for being slow.
    static func patient(pendingCalls: Int = 4096) -> Self {
        .init(
            pendingCalls: pendingCalls, queueTime: .seconds(60), connectTime: .seconds(60))
    }
}

extension CallOptions {
    /// The same for the call itself.
    static let patient = CallOptions(timeout: .seconds(60))
}

/// Holds whoever comes until it is opened, or their task is cancelled. Counts both.
final class Gate: Sendable {
    struct State {
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var arrived = 0
        var cancelled = 0
        var isOpen = false
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var cancelWatchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func pass() async throws {
        let id = self.state.withLock { state in
            state.arrived += 1
            return state.arrived
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.enter(id, continuation)
            }
        } onCancel: {
            self.cancel(id)
        }
    }

    func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once `count` have arrived.
    func arrivals(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.waiting.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Returns once `count` were cancelled.
    func cancellations(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = self.state.withLock { state in
                if state.cancelled >= count { return true }
                state.cancelWatchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    private func enter(_ id: Int, _ continuation: CheckedContinuation<Void, any Error>) {
        let (isOpen, watchers) = self.state.withLock { state in
            if !state.isOpen { state.waiting[id] = continuation }
            let count = state.waiting.count
            let ready = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (state.isOpen, ready)
        }
        if isOpen { continuation.resume() }
        for watcher in watchers { watcher.continuation.resume() }
    }

    private func cancel(_ id: Int) {
        let (continuation, watchers) = self.state.withLock { state in
            state.cancelled += 1
            let count = state.cancelled
            let ready = state.cancelWatchers.filter { $0.count <= count }
            state.cancelWatchers.removeAll { $0.count <= count }
            return (state.waiting.removeValue(forKey: id), ready)
        }
        continuation?.resume(throwing: CancellationError())
        for watcher in watchers { watcher.continuation.resume() }
    }
}

/// The error that `body` throws.
func rpcError(_ body: () async throws -> Void) async -> RPCError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? RPCError
    }
}

extension UInt32 {
    /// Big-endian.
    var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: self >> (24 - 8 * $0)) } }
}

extension [UInt8] {
    /// The big-endian number at `offset`; 0 if there is none.
    func word(_ offset: Int) -> UInt32 {
        self.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Appends a frame with `payload`.
    mutating func appendFrame(
        stream: UInt32, kind: FrameKind, flags: FrameFlags = [], payload: [UInt8]
    ) {
        self += UInt32(payload.count).bytes + stream.bytes
        self += [kind.rawValue, flags.rawValue] + payload
    }
}
