internal import CoreMetrics
internal import Glibc
internal import Logging
internal import NIOCore
internal import Synchronization
internal import TLS

extension RPCServer {
    /// What all connections of a server use.
    final class Shared: Sendable {
        let methods: MethodTable
        let limits: Limits
        let logger: Logger
        let tls: TLSContext
        let admission: Admission
        let debugLog: DebugLogFilter
        let tracer: CallTracer?
        let metrics = ServerMetrics()
        let isDraining = Atomic(false)
        /// Bytes of requests at work and of answers that wait, of all connections.
        let heldBytes = Atomic(0)
        private let handlers = Mutex<[ObjectIdentifier: RPCServerHandler]>([:])
        private let handshakes = Atomic(0)
        private let group: any EventLoopGroup
        private let loops: [ObjectIdentifier: Loop]

        /// What all connections of one event loop use.
        struct Loop: Sendable {
            let executor: EventLoopExecutor
            let load: LoopLoad

            init(_ eventLoop: any EventLoop) {
                self.executor = EventLoopExecutor(eventLoop)
                self.load = LoopLoad(eventLoop)
            }
        }

        init(
            methods: [RPCMethod], limits: Limits, tls: TLSContext, group: any EventLoopGroup,
            debugLog: DebugLogFilter, tracer: CallTracer?, logger: Logger
        ) {
            self.methods = MethodTable(
                methods.map { MethodTable.Entry($0.descriptor, .method($0.handler)) }
                    + ConnectionMethods.Method.allCases.map {
                        MethodTable.Entry($0.descriptor, .connection($0))
                    })
            self.limits = limits
            self.tls = tls
            self.logger = logger
            self.group = group
            self.admission = Admission(limits.admission)
            self.debugLog = debugLog
            self.tracer = tracer
            var loops: [ObjectIdentifier: Loop] = [:]
            for eventLoop in group.makeIterator() {
                loops[ObjectIdentifier(eventLoop)] = Loop(eventLoop)
            }
            self.loops = loops
        }

        func loop(of eventLoop: any EventLoop) -> Loop {
            self.loops[ObjectIdentifier(eventLoop)] ?? Loop(eventLoop)
        }

        func connections() -> [RPCServerHandler] {
            self.handlers.withLock { Array($0.values) }
        }
    }
}

extension RPCServer.Shared {
    /// Equips a new connection, or closes it if there are too many.
    func accept(_ channel: any NIOCore.Channel) -> EventLoopFuture<Void> {
        do {
            let handler = RPCServerHandler(
                server: self, stream: try self.tls.makeStream(), eventLoop: channel.eventLoop)
            guard self.register(handler, of: channel) else {
                self.logger.debug("too many connections")
                self.metrics.refused.increment()
                return channel.close()
            }
            try channel.pipeline.syncOperations.addHandler(handler)
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            self.logger.error("cannot secure a connection", metadata: ["error": "\(error)"])
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func register(_ handler: RPCServerHandler, of channel: any NIOCore.Channel) -> Bool {
        let id = ObjectIdentifier(handler)
        let isTaken = self.handlers.withLock { handlers in
            guard handlers.count < self.limits.connections,
                self.handshakes.load(ordering: .relaxed) < self.limits.handshakes
            else { return false }
            self.handshakes.add(1, ordering: .relaxed)
            handlers[id] = handler
            return true
        }
        guard isTaken else { return false }
        self.metrics.accepted.increment()
        self.metrics.connections.increment()
        channel.closeFuture.whenComplete { _ in
            self.handlers.withLock { _ = $0.removeValue(forKey: id) }
            self.metrics.connections.decrement()
        }
        // The drain may have begun between the accept and this: nobody else would tell the handler.
        if self.isDraining.load(ordering: .sequentiallyConsistent) { handler.drain() }
        return true
    }

    /// A connection has shaken hands, or has gone before it did.
    func handshakeEnded(well: Bool) {
        self.handshakes.subtract(1, ordering: .relaxed)
        if !well { self.metrics.handshakesFailed.increment() }
    }

    /// Looks at each connection once a round, on its own event loop, until the server has drained.
    func watchConnections() {
        for eventLoop in self.group.makeIterator() {
            eventLoop.scheduleTask(in: TimeAmount(self.limits.watchInterval)) {
                self.watchConnections(on: eventLoop)
            }
        }
    }

    private func watchConnections(on eventLoop: any EventLoop) {
        let handlers = self.connections()
        for handler in handlers where handler.eventLoop === eventLoop { handler.watch() }
        if handlers.isEmpty, self.isDraining.load(ordering: .relaxed) { return }
        eventLoop.scheduleTask(in: TimeAmount(self.limits.watchInterval)) {
            self.watchConnections(on: eventLoop)
        }
    }

    /// Waits until the last connection has gone.
    ///
    /// - Returns: Whether it has, within `limit`.
    func waitUntilEmpty(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            if self.handlers.withLock(\.isEmpty) { return true }
            if ContinuousClock.now >= deadline || Task.isCancelled { return false }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// A peer that has gone is an error of the write, not the end of the process.
func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
}
