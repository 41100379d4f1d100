internal import Logging
internal import NIOPosix
internal import RPC
internal import TLS

extension RPCClientPool {
    /// A pool for a benchmark: it logs nothing.
    static func connecting(
        to address: String, peer: Role, as role: Role, certificates: String, connections: Int
    ) throws -> RPCClientPool {
        guard let endpoints = Endpoint.list(parsing: address) else {
            throw Failure(.usage, "'\(address)' is not the address of a service")
        }
        return RPCClientPool(
            endpoints: endpoints, peer: peer,
            tls: try TLSContext(certificates: certificates, role: role, side: .client),
            group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "florin") { _ in SwiftLogNoOpLogHandler() },
            configuration: .init(connectionsPerAddress: connections))
    }
}
