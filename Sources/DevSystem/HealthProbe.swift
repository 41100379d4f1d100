internal import Logging
internal import Messages
internal import NIOPosix
internal import RPC
internal import Stubs
package import TLS

/// Asks a service over mutual TLS whether it can do its work.
package struct HealthProbe: Sendable {
    package enum Answer: Hashable, Sendable {
        case serving
        case notServing
        /// It could not be asked.
        case unreachable(String)
    }

    private let certificates: String

    package init(certificates: String) { self.certificates = certificates }

    package func check(
        _ role: Role, at address: String, as asking: Role = .operator,
        timeout: Duration = .seconds(2)
    ) async -> Answer {
        guard let endpoint = Endpoint(parsing: address) else {
            return .unreachable("\"\(address)\" is not host:port")
        }
        do {
            let client = RPCClient(
                endpoint: endpoint, peer: role,
                tls: try TLSContext(certificates: self.certificates, role: asking, side: .client),
                group: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "health") { _ in SwiftLogNoOpLogHandler() })
            let answer = await Self.ask(client, timeout: timeout)
            await client.close()
            return answer
        } catch {
            return .unreachable("\(error)")
        }
    }

    private static func ask(_ client: RPCClient, timeout: Duration) async -> Answer {
        do {
            let response = try await HealthClient(client).check(
                HealthV1.HealthCheckRequest(), options: CallOptions(timeout: timeout))
            return response.status == .serving ? .serving : .notServing
        } catch {
            return .unreachable(error.message)
        }
    }
}
