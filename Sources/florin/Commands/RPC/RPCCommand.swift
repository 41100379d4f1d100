internal import ArgumentParser
internal import DynamicMessages
internal import Messages
internal import RPC
internal import Stubs
internal import TLS

struct RPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc",
        abstract: "Look at what a server answers, and call it.",
        discussion: """
            Protos are not needed: a server describes itself.
              florin rpc list ledger
              florin rpc describe florin.ledger.v1.LedgerService
              florin rpc call florin.ledger.v1.LedgerService/TrialBalance
              florin rpc bench florin.rpc.v1.Connection/Ping --peer fx --concurrency 64

            \(ExitStatus.help)
            """,
        subcommands: [RPCList.self, RPCDescribe.self, RPCCall.self, RPCBench.self, RPCLog.self])
}

/// `florin.ledger.v1.LedgerService/TrialBalance` taken apart.
struct MethodName: ExpressibleByArgument {
    let service: String
    let method: String

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.service = String(parts[0])
        self.method = String(parts[1])
    }

    /// Which role answers a service, by its package.
    static func role(of service: String) -> Role? {
        let parts = service.split(separator: ".")
        guard parts.count > 2, parts[0] == "florin" else { return nil }
        return parts[1] == "saga" ? .orchestrator : Role(rawValue: String(parts[1]))
    }
}

/// What a server says of itself.
struct ServerDescription {
    let services: [String]
    let descriptors: Descriptors

    static func read(_ channel: any RPC.Channel, _ options: CallOptions) async throws -> Self {
        let client = ReflectionClient(channel)
        let services = try await client.listServices(.init(), options: options).services
        let bytes = try await client.getDescriptors(.init(), options: options).fileDescriptorSet
        return ServerDescription(services: services, descriptors: try Descriptors(bytes))
    }

    /// - Throws: ``Failure`` that says what there is.
    func method(_ name: MethodName) throws -> MethodDescription {
        guard self.services.contains(name.service),
            let service = self.descriptors.services[name.service]
        else {
            throw Failure(
                .notFound, "this server has no service \(name.service)",
                hint: "It has: \(self.services.joined(separator: ", ")).")
        }
        guard let method = service.methods.first(where: { $0.name == name.method }) else {
            let known = service.methods.map(\.name).joined(separator: ", ")
            throw Failure(
                .notFound, "\(name.service) has no method \(name.method)",
                hint: "It has: \(known).")
        }
        return method
    }
}

/// Whom to call: the role that a service's name tells, or the one that is given.
struct PeerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The role of the server to call.",
            discussion: "Needed for services that every server has, such as grpc.health.v1.Health."
        ))
    var peer: Role?

    func role(for service: String) throws -> Role {
        if let role = self.peer ?? MethodName.role(of: service) { return role }
        throw Failure(
            .usage, "every server has \(service), or none does",
            hint: "Give --peer, such as --peer ledger.")
    }
}
