package import Logging
package import NIOCore
internal import Synchronization
package import TLS
package import Tracing

/// Calls one peer over one connection, with many calls in flight.
///
/// It connects with the first call, and again when the connection was lost and another call
/// comes. While it connects calls wait, for a bounded time and up to a bounded number.
package final class RPCClient: Channel {
    package struct Configuration: Hashable, Sendable {
        /// Calls at once, waiting for a connection or for their answers.
        package var pendingCalls: Int
        /// Bytes of requests that may wait to be sent.
        package var unsentBytes: Int
        /// How long a call waits for a connection before it fails, surely unsent.
        package var queueTime: Duration
        /// For one attempt: from the first packet to the end of the handshake.
        package var connectTime: Duration
        /// A server from which nothing has come for so long is asked whether it is there, and
        /// left when nothing comes for as long again.
        package var keepaliveInterval: Duration
        package var backoff: ReconnectStateMachine.Backoff
        /// When no connection comes about: calls fail at once, surely unsent, in place of waiting
        /// for the next attempt. For whoever has another server to turn to.
        package var failsFast = false

        package init(
            pendingCalls: Int = 4096, unsentBytes: Int = 64 << 20,
            queueTime: Duration = .seconds(5), connectTime: Duration = .seconds(5),
            keepaliveInterval: Duration = .seconds(10),
            backoff: ReconnectStateMachine.Backoff = .init()
        ) {
            self.pendingCalls = pendingCalls
            self.unsentBytes = unsentBytes
            self.queueTime = queueTime
            self.connectTime = connectTime
            self.keepaliveInterval = keepaliveInterval
            self.backoff = backoff
        }
    }

    package let endpoint: Endpoint
    private let core: ClientCore
    private let reloads: ReloadObservation

    /// - Parameters:
    ///   - peer: The role that the server must have.
    ///   - tls: A context of the client's side.
    ///   - tracer: Who makes a span of each call; `nil`: nobody.
    package init(
        endpoint: Endpoint, peer: Role, tls: TLSContext, group: any EventLoopGroup,
        logger: Logger, configuration: Configuration = Configuration(),
        tracer: (any Tracer)? = InstrumentationSystem.bootstrappedTracer
    ) {
        ignoreBrokenPipes()
        self.endpoint = endpoint
        self.core = ClientCore(
            endpoint: endpoint, peer: peer, tls: tls, eventLoop: group.next(), logger: logger,
            configuration: configuration, tracer: tracer.map(CallTracer.init))
        let core = self.core
        self.reloads = tls.onReload { core.onLoop { core.recheckPeer() } }
    }

    nonisolated(nonsending) package func call(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> [UInt8] {
        guard options.timeout > .zero else { throw .deadlineExceeded(mayHaveRun: false) }
        let core = self.core
        let call = PendingCall(
            method, payload, options: options, queueTime: core.configuration.queueTime)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                core.onLoop { core.submit(call, .response(continuation)) }
            }
        } onCancel: {
            // Never at once: a task's cancellation must not resume it while it holds its locks.
            core.eventLoop.execute { core.cancel(call) }
        }
        return try result.get()
    }

    package func open(
        _ method: MethodDescriptor, _ payload: [UInt8], options: CallOptions
    ) async throws(RPCError) -> MessageStream {
        guard options.timeout > .zero else { throw .deadlineExceeded(mayHaveRun: false) }
        let core = self.core
        let call = PendingCall(
            method, payload, options: options, queueTime: core.configuration.queueTime)
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                core.onLoop { core.submit(call, .opening(continuation)) }
            }
        } onCancel: {
            core.eventLoop.execute { core.cancel(call) }
        }
        return try result.get()
    }

    /// The loop that its connection is on.
    package var eventLoop: any EventLoop { self.core.eventLoop }

    /// Whether the last attempt to connect has failed, and none gone well since.
    package var isDown: Bool { self.core.isDown.load(ordering: .relaxed) }

    /// Takes no more calls; ends when those that wait have their answers.
    func retire() async {
        let core = self.core
        try? await core.eventLoop.submit { core.retire() }.get()
    }

    /// Ends the connection; calls that wait fail, and so will new ones.
    package func close() async {
        let core = self.core
        try? await core.eventLoop.submit { core.close() }.get()
    }
}
