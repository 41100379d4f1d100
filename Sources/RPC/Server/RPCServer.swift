package import Logging
package import NIOCore
internal import NIOPosix
internal import Synchronization
package import TLS
package import Tracing

/// Answers calls over mutual TLS.
///
///     made ──start──▶ serving ──drain──▶ drained
///
/// Besides its own methods it answers `grpc.health.v1.Health` and `florin.rpc.v1.Connection`.
package final class RPCServer: Sendable {
    package let health: HealthRegistry
    let shared: Shared
    private let configuration: Configuration
    private let group: any EventLoopGroup
    private let reloads: ReloadObservation
    private let listener = Mutex<(any NIOCore.Channel)?>(nil)

    /// - Parameters:
    ///   - debugLog: What is logged of single calls.
    ///   - tracer: Who makes a span of each call; `nil`: nobody.
    package init(
        methods: [RPCMethod], tls: TLSContext, configuration: Configuration = Configuration(),
        group: any EventLoopGroup, debugLog: DebugLogFilter = DebugLogFilter(),
        tracer: (any Tracer)? = InstrumentationSystem.bootstrappedTracer, logger: Logger
    ) {
        let health = HealthRegistry()
        for service in Set(methods.map(\.descriptor.service)) {
            health.set(service, isServing: true)
        }
        health.set(isServing: true)
        self.health = health
        self.configuration = configuration
        self.group = group
        self.shared = Shared(
            methods: methods + [health.method], limits: configuration.limits, tls: tls,
            group: group, debugLog: debugLog, tracer: tracer.map(CallTracer.init), logger: logger)
        let shared = self.shared
        self.reloads = tls.onReload {
            for handler in shared.connections() {
                handler.eventLoop.execute { handler.recheckPeer() }
            }
        }
    }

    /// Connections at this moment, those that still shake hands included.
    package var connectionCount: Int { self.shared.connections().count }

    /// Binds and begins to answer.
    ///
    /// - Returns: The address, with the port that was chosen if none was given.
    /// - Throws: An `IOError` if the address cannot be bound.
    package func start() async throws -> SocketAddress {
        ignoreBrokenPipes()
        let shared = self.shared
        let channel = try await ServerBootstrap(group: self.group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            // NIO keeps one such buffer for each connection: an idle one should be small.
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 1024, initial: 4096, maximum: 64 * 1024)
            )
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: shared.limits.unreadBytes / 2, high: max(1, shared.limits.unreadBytes))
            )
            .childChannelInitializer { shared.accept($0) }
            .bind(host: self.configuration.host, port: self.configuration.port)
            .get()
        self.listener.withLock { $0 = channel }
        guard let address = channel.localAddress else {
            throw RPCError.internal("the listener has no address")
        }
        shared.watchConnections()
        shared.logger.info("listening", metadata: ["address": "\(address)"])
        return address
    }

    /// Stops: no new connections, no new calls; the accepted ones may go on for `limit`.
    ///
    /// A connection whose calls are all answered is closed in order, which tells the client that
    /// what it sent since has not run.
    package func drain(within limit: Duration = .seconds(10)) async {
        self.health.drain()
        self.shared.isDraining.store(true, ordering: .sequentiallyConsistent)
        try? await self.listener.withLock { $0.take() }?.close()
        let handlers = self.shared.connections()
        self.shared.logger.info("draining", metadata: ["connections": "\(handlers.count)"])
        for handler in handlers { handler.eventLoop.execute { handler.drain() } }
        if await self.shared.waitUntilEmpty(within: limit) { return }
        let late = self.shared.connections()
        self.shared.logger.warning("cut", metadata: ["connections": "\(late.count)"])
        for handler in late { handler.eventLoop.execute { handler.cut() } }
        _ = await self.shared.waitUntilEmpty(within: .seconds(1))
    }

    /// Stops at once: accepted calls are cancelled.
    package func shutdown() async {
        await self.drain(within: .zero)
    }
}
