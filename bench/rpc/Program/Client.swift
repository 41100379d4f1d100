internal import ArgumentParser
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import TLS

struct Client: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Calls a server and prints one line of JSON.",
        subcommands: [ClosedLoop.self, Idle.self, Overload.self],
        defaultSubcommand: ClosedLoop.self)
}

/// Where and as whom to call.
struct Connecting: ParsableArguments {
    @Option(help: "The server: host:port.")
    var address: String

    @Option(help: "Folder with ca.crt, client.crt and client.key.")
    var certificates: String

    /// Clients of one connection each, all on one event loop, with the executor that puts their
    /// callers' tasks on its thread.
    func open(_ count: Int) throws -> (clients: [RPCClient], executor: EventLoopExecutor) {
        guard let endpoint = Endpoint(parsing: self.address) else {
            throw ValidationError("\(self.address) is no address")
        }
        BenchRPC.countCalls()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let tls = try TLSContext(
            certificates: self.certificates, role: BenchRole.client, side: .client)
        let clients = (0..<count).map { _ in
            // It is the server's limits that are measured, not the client's.
            RPCClient(
                endpoint: endpoint, peer: BenchRole.server, tls: tls, group: group,
                logger: BenchRPC.logger,
                configuration: .init(pendingCalls: 1 << 20, queueTime: .seconds(30)))
        }
        return (clients, EventLoopExecutor(group.next()))
    }
}

/// Calls again, when the server says, as long as it sheds load: a machine with much else to do may
/// make it.
func untilTaken<Answer>(_ call: () async throws -> Answer) async throws -> Answer {
    while true {
        do {
            return try await call()
        } catch let error as RPCError {
            guard let wait = error.retryAfter else { throw error }
            try await Task.sleep(for: wait)
        }
    }
}

extension CallOptions {
    /// Every call carries a deadline, a pair of metadata and a trace, as calls in production do.
    static func bench(timeout: Duration = .seconds(10)) -> CallOptions {
        CallOptions(timeout: timeout, metadata: ["tenant": "bench"], traceParent: Self.trace)
    }

    private static let trace = TraceParent.root()
}
