import Logging
import NIOCore
import NIOPosix
import RPC
import Synchronization
import TLS
import TestKit
import Testing

/// Our server, with methods that misbehave on demand, and Go's clients of it.
final class InteropServer: Sendable {
    static let service = "florin.test.v1.EchoService"

    /// Where the method `Wait` waits; one call may.
    final class Door: Sendable {
        private let counts = Mutex((arrived: 0, cancelled: 0))
        private let pair = AsyncStream.makeStream(of: Void.self)

        /// Calls that have come.
        var arrived: Int { self.counts.withLock { $0.arrived } }
        /// Calls whose task was cancelled meanwhile.
        var cancelled: Int { self.counts.withLock { $0.cancelled } }

        func open() { self.pair.continuation.finish() }

        fileprivate func pass() async throws {
            self.counts.withLock { $0.arrived += 1 }
            for await _ in self.pair.stream {}
            if Task.isCancelled { self.counts.withLock { $0.cancelled += 1 } }
            try Task.checkCancellation()
        }
    }

    let server: RPCServer
    let door: Door
    let port: Int

    init() async throws {
        let door = Door()
        self.door = door
        self.server = try RPCServer(
            methods: Self.methods(door), tls: TestCertificates.server(.payment),
            configuration: .init(limits: .init(watch: .init(handshake: 60))),
            group: MultiThreadedEventLoopGroup.singleton, logger: Self.logger)
        self.port = try #require(try await self.server.start().port)
    }

    func client(role: String = "orchestrator") throws -> GoClient {
        try GoClient(port: self.port, certificates: TestCertificates.folder(), role: role)
    }

    static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    static func method(_ name: String, callers: Set<Role> = Set(Role.allCases)) -> MethodDescriptor
    {
        MethodDescriptor(
            service: Self.service, name: name, callers: callers, isIdempotent: false)
    }

    private static func methods(_ door: Door) -> [RPCMethod] {
        [
            RPCMethod(descriptor: Self.method("Echo")) { payload, _ in payload },
            RPCMethod(descriptor: Self.method("OperatorsOnly", callers: [.operator])) {
                payload, _ in payload
            },
            RPCMethod(descriptor: Self.method("Wait")) { payload, _ in
                try await door.pass()
                return payload
            },
            RPCMethod(descriptor: Self.method("Inspect")) { _, context in
                let left = context.deadline?.remaining().components.seconds
                return Blob.encode(
                    """
                    \(context.peer) \(left ?? -1) \(context.metadata["key"] ?? "") \
                    \(context.traceParent)
                    """)
            },
            RPCMethod(descriptor: Self.method("Refuse")) { _, _ in
                throw RPCError.failedPrecondition(.paymentBusy, "später, s'il vous plaît")
            },
            RPCMethod(descriptor: Self.method("Fail")) { _, _ in throw Secret() },
            RPCMethod(descriptor: Self.method("Swell")) { payload, _ in
                let size = Int(String(decoding: Blob.decode(payload) ?? [], as: UTF8.self)) ?? 0
                return Blob.encode([UInt8](repeating: 7, count: size))
            },
        ]
    }

    struct Secret: Error {
        let password = "hunter2"
    }
}
