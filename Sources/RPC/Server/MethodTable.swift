internal import TLS

/// The methods of a server, by name.
struct MethodTable: Sendable {
    private let services: [String: [String: RPCMethod]]

    /// The latter of two methods with one name wins.
    init(_ methods: [RPCMethod]) {
        var services: [String: [String: RPCMethod]] = [:]
        for method in methods {
            services[method.descriptor.service, default: [:]][method.descriptor.name] = method
        }
        self.services = services
    }

    var serviceNames: [String] { Array(self.services.keys) }

    /// The method, if there is one and `peer` may call it.
    func find(service: String, method: String, for peer: Role) throws(RPCError) -> RPCMethod {
        guard let found = self.services[service]?[method] else {
            throw RPCError(
                code: .unimplemented, reason: .unknownMethod,
                message: "this server has no method \(service)/\(method)", mayHaveRun: false)
        }
        guard found.descriptor.callers.contains(peer) else {
            throw RPCError(
                code: .permissionDenied, reason: .permissionDenied,
                message: "\(peer) may not call \(found.descriptor.path)", mayHaveRun: false)
        }
        return found
    }
}
