package import RPCCore

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
        /// Connections that have not shaken hands yet; more are closed as they come.
        package var handshakes: Int
        /// What each connection may ask for at once.
        package var connection: ServerConnectionStateMachine.Limits
        /// Bytes of answers that may wait for one peer to read them. Nothing more is read from it
        /// before; if answers still due go beyond twice this, it is cut.
        package var unreadBytes: Int
        /// Bytes of requests at work and of answers that wait, of all connections together. Beyond
        /// it no request is taken.
        package var totalBytes: Int
        /// How long a connection may stand still, in rounds of `watchInterval`.
        package var watch: ConnectionWatch.Limits
        package var watchInterval: Duration
        package var admission: AdmissionController.Configuration

        package init(
            connections: Int = 1024, handshakes: Int = 512,
            connection: ServerConnectionStateMachine.Limits = .init(),
            unreadBytes: Int = 16 << 20, totalBytes: Int = 512 << 20,
            watch: ConnectionWatch.Limits = .init(), watchInterval: Duration = .seconds(1),
            admission: AdmissionController.Configuration = .init()
        ) {
            self.connections = connections
            self.handshakes = handshakes
            self.connection = connection
            self.unreadBytes = unreadBytes
            self.totalBytes = totalBytes
            self.watch = watch
            self.watchInterval = watchInterval
            self.admission = admission
        }
    }
}
