internal import NIOCore
internal import NIOPosix
internal import TLS

extension ClientCore {
    /// One attempt: the socket, then the handshake, within the time for both.
    func connect() {
        let handler: RPCClientHandler
        do {
            handler = RPCClientHandler(
                core: self, stream: try self.tls.makeStream(expecting: self.peer))
        } catch {
            return self.connectFailed(error)
        }
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(TimeAmount(self.configuration.connectTime))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .writeBufferWaterMark,
                value: .init(
                    low: max(1, self.configuration.unsentBytes / 2),
                    high: max(1, self.configuration.unsentBytes))
            )
            .channelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 64 * 1024))
        // The handler is added once the socket is up: a name with several addresses makes several
        // sockets, of which one wins. Servers say nothing before they are spoken to.
        bootstrap.connect(host: self.endpoint.host, port: self.endpoint.port)
            .flatMapThrowing { channel in
                try channel.pipeline.syncOperations.addHandler(handler)
            }
            .whenFailure { error in self.connectFailed(error) }
    }
}
