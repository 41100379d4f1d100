internal import Messages
internal import Synchronization
internal import TLS
internal import Wire

/// What a server says of its health, in whole and for each service: `grpc.health.v1`.
///
/// A server says that it serves, unless whoever runs it knows better: it tells when a database, a
/// schema or a peer is missing, and when it is back.
package final class HealthRegistry: Sendable {
    private struct State {
        /// By full name of the service; the whole server's under the empty name.
        var isServing: [String: Bool] = ["": false]
        var isDraining = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Says whether `service`, or the whole server under the empty name, can do its work.
    package func set(_ service: String = "", isServing: Bool) {
        self.state.withLock { $0.isServing[service] = isServing }
    }

    /// Whether `service` can do its work; `nil` if there is no such service. Nothing serves while
    /// the server as a whole does not, or drains.
    package func isServing(_ service: String = "") -> Bool? {
        self.state.withLock { state in
            let isServerServing = state.isServing[""] ?? false
            return state.isServing[service].map { $0 && isServerServing && !state.isDraining }
        }
    }

    func drain() {
        self.state.withLock { $0.isDraining = true }
    }

    static let check = MethodDescriptor(
        service: "grpc.health.v1.Health", name: "Check", callers: Set(Role.allCases),
        isIdempotent: true)

    /// The method that every server answers.
    var method: RPCMethod {
        RPCMethod(
            descriptor: Self.check,
            handler: .immediate { payload, _ in
                let service: String
                do throws(WireError) {
                    service = try HealthV1.HealthCheckRequest(decoding: payload).service
                } catch {
                    throw RPCError.malformedRequest("\(error)")
                }
                guard let isServing = self.isServing(service) else {
                    throw RPCError.notFound("this server has no service \"\(service)\"")
                }
                return PackedMessage(
                    HealthV1.HealthCheckResponse(status: isServing ? .serving : .notServing))
            })
    }
}
