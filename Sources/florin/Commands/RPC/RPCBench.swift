internal import ArgumentParser
internal import DynamicMessages
internal import Foundation
internal import NIOPosix
internal import RPC
internal import Stubs
internal import TLS

struct RPCBench: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure a method: how many calls a second, how long each.",
        discussion: """
            Keeps calls in flight; with --rate, begins them at that rate whether or not earlier \
            ones have ended, and counts from when each should have begun. A debug build measures \
            itself more than the server.

            Examples:
              florin rpc bench florin.rpc.v1.Connection/Ping --peer fx --concurrency 64
              florin rpc bench florin.fx.v1.FXService/ListRates --rate 500 --duration 10s
            """)

    @Argument(help: ArgumentHelp("A unary method.", valueName: "service/method"))
    var method: MethodName
    @Option(help: ArgumentHelp("The request.", valueName: "document")) var json = "{}"
    @Option(help: "Calls in flight.") var concurrency = 64
    @Option(help: "Connections they share.") var connections = 1
    @Option(help: "Calls to begin each second; without it, each when the last has ended.")
    var rate: Int?
    @Option(
        help: ArgumentHelp("How long: 5s, 1m.", valueName: "time"),
        transform: SystemOptions.duration)
    var duration: Duration = .seconds(5)
    @OptionGroup var peer: PeerOptions
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...10_000).contains(self.concurrency), (1...64).contains(self.connections),
            self.rate.map({ (1...1_000_000).contains($0) }) ?? true
        else {
            throw ValidationError(
                "--concurrency is 1 to 10000, --connections 1 to 64, --rate 1 to 1000000")
        }
    }

    func execute() async throws {
        let role = try self.peer.role(for: self.method.service)
        let (address, certificates) = try self.system.endpoint(of: role)
        let clients = try (0..<self.connections).map { _ in
            try RPCClient.connecting(
                to: address, peer: role, as: self.system.role, certificates: certificates)
        }
        let server = try await ServerDescription.read(clients[0], self.callOptions)
        let method = try server.method(self.method)
        guard !method.clientStreams, !method.serverStreams else {
            throw Failure(.usage, "\(self.method.method) has a stream of messages")
        }
        let request = try DynamicEncoder(server.descriptors)
            .encode(try DynamicValue(parsing: self.json), as: method.input)
        let load = RPCLoad(
            clients: clients, method: self.method.descriptor(method), request: request,
            options: self.callOptions, callers: self.concurrency, rate: self.rate,
            duration: self.duration)
        let outcome = await load.run()
        for client in clients { await client.close() }
        self.show(outcome)
    }

    private func show(_ outcome: RPCLoad.Outcome) {
        let lines: [(String, String)] = [
            ("calls_per_s", Self.number(outcome.callsPerSecond)),
            ("p50_us", Self.number(outcome.microseconds(0.5))),
            ("p90_us", Self.number(outcome.microseconds(0.9))),
            ("p99_us", Self.number(outcome.microseconds(0.99))),
            ("p999_us", Self.number(outcome.microseconds(0.999))),
            ("max_us", Self.number(outcome.microseconds(1))),
            ("cpu_us_per_call", Self.number(outcome.processorMicroseconds)),
            ("calls", "\(outcome.latencies.count)"),
        ]
        let errors = outcome.errors.sorted { $0.key < $1.key }
        switch self.system.output {
        case .json:
            let counts = errors.map { ($0.key, JSONValue.number("\($0.value)")) }
            let members = lines.map { ($0.0, JSONValue.number($0.1)) }
            Console.say(JSONValue.object(members + [("errors", .object(counts))]).rendered())
        case .table:
            for (name, value) in lines {
                Console.say(name.padding(toLength: 18, withPad: " ", startingAt: 0) + value)
            }
            for (code, count) in errors { Console.say("error \(code)  \(count)") }
        }
    }

    private static func number(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
