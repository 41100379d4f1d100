internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import NIOPosix
internal import RPC
internal import Stubs
internal import TLS

struct BenchLedger: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Make transfers in a closed loop, and tell how many a second and how fast.",
        discussion: """
            Moves real money, between accounts of its own ("bench:1" and so on, in USD), as the \
            orchestrator, who alone may. Half of the transfers are direct, a quarter pending, a \
            quarter posts of those.

            Examples:
              florin bench ledger --batch 8190 --in-flight 4
              florin bench ledger --batch 1 --in-flight 256 --hot --output json

            Exit status: 0 when every transfer was made, 1 when one was not.
            """)

    @Option(help: "Transfers in one call, 1 to 8190.") var batch = 64
    @Option(help: "Calls in flight.") var inFlight = 16
    @Option(help: "Accounts to move money between.") var accounts = 10_000
    @Flag(help: "Debit one account with every transfer.") var hot = false
    @Option(
        help: ArgumentHelp("How long: 5s, 1m.", valueName: "time"),
        transform: SystemOptions.duration)
    var duration: Duration = .seconds(5)
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...8_190).contains(self.batch), (1...4_096).contains(self.inFlight),
            (2...10_000_000).contains(self.accounts)
        else {
            throw ValidationError(
                "--batch is 1 to 8190, --in-flight 1 to 4096, --accounts 2 to 10000000")
        }
    }

    func execute() async throws {
        let (address, certificates) = try self.system.endpoint(of: .ledger)
        let client = try RPCClient.connecting(
            to: address, peer: .ledger, as: .orchestrator, certificates: certificates)
        try await self.openAccounts(client)
        let load = LedgerLoad(
            client: client, batch: self.batch, callers: self.inFlight, accounts: self.accounts,
            isHot: self.hot, duration: self.duration)
        let outcome = await load.run()
        await client.close()
        self.show(outcome)
        guard outcome.problems.isEmpty else { throw ExitStatus.failed.code }
    }

    private func openAccounts(_ client: RPCClient) async throws {
        let ledger = LedgerServiceClient(client)
        for start in stride(from: 0, to: self.accounts, by: 8_190) {
            let numbers = start..<min(start + 8_190, self.accounts)
            let opened = try await ledger.createAccounts(
                .init(
                    accounts: numbers.map { number in
                        .init(
                            id: .init(LedgerLoad.account(number)), name: "bench:\(number + 1)",
                            currency: "USD")
                    }), options: CallOptions(timeout: .seconds(30)))
            guard opened.results.allSatisfy({ $0 == .created || $0 == .exists }) else {
                throw Failure(.failed, "the ledger refused the accounts of the benchmark")
            }
        }
    }

    private func show(_ outcome: LedgerLoad.Outcome) {
        let figures: [(String, String)] = [
            ("transfers_per_s", Self.number(outcome.transfersPerSecond)),
            ("calls_per_s", Self.number(outcome.transfersPerSecond / Double(self.batch))),
            ("p50_us", Self.number(outcome.microseconds(0.5))),
            ("p99_us", Self.number(outcome.microseconds(0.99))),
            ("max_us", Self.number(outcome.microseconds(1))),
        ]
        let problems = outcome.problems.sorted { $0.key < $1.key }
        switch self.system.output {
        case .json:
            let members = figures.map { ($0.0, JSONValue.number($0.1)) }
            let counts = problems.map { ($0.key, JSONValue.number("\($0.value)")) }
            Console.say(JSONValue.object(members + [("problems", .object(counts))]).rendered())
        case .table:
            var record = Record()
            for (name, value) in figures { record.add(name, value) }
            for (problem, count) in problems { record.add(problem, "\(count)") }
            Console.say(record.rendered())
        }
    }

    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
