internal import Glibc
internal import Logging
internal import NIOCore
internal import Synchronization
internal import TLS

extension RPCServer.Shared {
    /// Equips a new connection, or closes it if there are too many.
    func accept(_ channel: any NIOCore.Channel) -> EventLoopFuture<Void> {
        do {
            let stream = try self.tls.makeStream()
            let handler = RPCServerHandler(
                server: self, stream: stream, eventLoop: channel.eventLoop)
            guard self.register(handler, of: channel) else {
                self.logger.debug("too many connections")
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
            guard handlers.count < self.limits.connections else { return false }
            handlers[id] = handler
            return true
        }
        guard isTaken else { return false }
        channel.closeFuture.whenComplete { _ in
            self.handlers.withLock { _ = $0.removeValue(forKey: id) }
        }
        // The drain may have begun between the accept and this: nobody else would tell the handler.
        if self.isDraining.load(ordering: .sequentiallyConsistent) { handler.drain() }
        return true
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
