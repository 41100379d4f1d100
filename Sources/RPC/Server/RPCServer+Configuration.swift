extension RPCServer {
    package struct Configuration: Hashable, Sendable {
        package var host: String
        /// 0: any free one.
        package var port: Int
        package var limits: Limits

        package init(host: String = "127.0.0.1", port: Int = 0, limits: Limits = Limits()) {
            self.host = host
            self.port = port
            self.limits = limits
        }
    }

    /// What peers may take of us.
    package struct Limits: Hashable, Sendable {
        /// Connections at once; more are closed as they come.
        package var connections: Int
        /// What each connection may ask for at once.
        package var connection: ServerConnectionStateMachine.Limits
        /// Bytes of answers that may wait for one peer to read them. Nothing more is read from it
        /// before; if answers still due go beyond twice this, it is cut.
        package var unreadBytes: Int
        /// From the connection to the end of the handshake.
        package var handshakeTime: Duration

        package init(
            connections: Int = 1024,
            connection: ServerConnectionStateMachine.Limits = .init(),
            unreadBytes: Int = 16 << 20, handshakeTime: Duration = .seconds(5)
        ) {
            self.connections = connections
            self.connection = connection
            self.unreadBytes = unreadBytes
            self.handshakeTime = handshakeTime
        }
    }
}
