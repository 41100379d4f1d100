internal import ArgumentParser
internal import DevSystem
internal import Foundation
internal import Identifiers
internal import NIOCore
internal import RPC
internal import TLS

struct BenchHTTP: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "http",
        abstract: "Make payments over the HTTP API, as an SDK does, and tell how many a second.",
        discussion: """
            Each payment is created and confirmed by one request with an idempotency key of its \
            own; real payments are made, for the key's account. The pace is as that of bench \
            payments. A key's limits count: start the system with --set \
            gateway:requests-per-second=100000 and the like to measure beyond them.

            Examples:
              florin bench http --in-flight 64 --duration 10s
              florin bench http --rate 50 --key sk_test_...

            Exit status: 0 when every payment succeeded, else 1.
            """)

    @Option(help: "Payments at once; with --rate, the most there may be.") var inFlight: Int?
    @Option(help: "Payments to begin each second.") var rate: Int?
    @Option(
        help: ArgumentHelp("How long: 5s, 1m.", valueName: "time"),
        transform: SystemOptions.duration)
    var duration: Duration = .seconds(10)
    @Option(help: ArgumentHelp("Where the HTTP API is.", valueName: "host:port"))
    var httpAddress: String?
    @Option(help: "A secret key; else that of the development system.") var key: String?
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...4_096).contains(self.inFlight ?? 1), (1...100_000).contains(self.rate ?? 1)
        else { throw ValidationError("--in-flight is 1 to 4096, --rate 1 to 100000") }
    }

    func execute() async throws {
        let (endpoint, key) = try self.target()
        let connections = HTTPConnections(to: endpoint, timeout: self.system.timeout)
        let identifiers = SystemIdentifierSource()
        @Sendable func pay(_ number: Int) async throws -> Int {
            let answer = try await connections.post(
                "/v1/payment_intents",
                "amount=1000&currency=usd&payment_method=pm_card_visa&confirm=true",
                headers: [
                    ("Authorization", "Bearer \(key)"),
                    ("Idempotency-Key", "bench_\(identifiers.next(ScriptKind.self).uuid)"),
                ])
            guard answer.status == 200 else { throw Failure(.failed, "HTTP \(answer.status)") }
            let body = String(buffer: answer.body)
            guard body.contains("\"status\":\"succeeded\"") else {
                throw Failure(.failed, "not succeeded")
            }
            return 1
        }
        // One before the clock starts, as in bench payments.
        _ = try await pay(0)
        let load = BenchLoad(pace: self.pace, duration: self.duration, work: pay)
        let outcome = await load.run(
            unit: "payments", showsProgress: self.system.output == .table && isatty(2) == 1)
        await connections.close()
        switch self.system.output {
        case .json: Console.say(JSONValue.object(outcome.members(unit: "payments")).rendered())
        case .table: Console.say(outcome.text(unit: "payments"))
        }
        guard outcome.failures == 0 else { throw ExitStatus.failed.code }
    }

    private var pace: BenchLoad.Pace {
        if let rate { return .rate(rate, bound: self.inFlight ?? 4_096) }
        return .inFlight(self.inFlight ?? 16)
    }

    private func target() throws -> (Endpoint, String) {
        let gateway =
            self.httpAddress == nil || self.key == nil
            ? try DevState.read(from: self.system.layout).gateway : nil
        let address = self.httpAddress ?? String(gateway?.address.dropFirst("http://".count) ?? "")
        guard let endpoint = Endpoint(parsing: address) else {
            throw Failure(
                .usage, "'\(address)' is no address of an HTTP API",
                hint: "Give --http-address host:port.")
        }
        guard let key = self.key ?? gateway?.secretKey else {
            throw Failure(.usage, "there is no key to pay with", hint: "Give --key sk_test_...")
        }
        return (endpoint, key)
    }
}
