internal import ArgumentParser
internal import Foundation
internal import Messages
internal import RPC
internal import Stubs
internal import TLS

struct BenchPayments: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments",
        abstract: "Make payments, tell how many a second and how fast, then check the books.",
        discussion: """
            Each payment is created and processed; real payments are made, for the merchant \
            "bench". With --in-flight the next one begins when one has ended. With --rate they \
            begin at that rate whatever happens, and count from when they should have begun; what \
            cannot begin because too many are in flight is dropped. Exchanges need rates: florin fx import.

            Examples:
              florin bench payments --in-flight 64 --duration 10s
              florin bench payments --rate 200 --mix card=70,decline=10,exchange=10,refund=10
              florin bench payments --in-flight 1 --amount 25.00 EUR --output json

            Exit status: 0 when every payment ended as it should and all invariants hold, else 1.
            """)

    @Option(help: "Payments at once; with --rate, the most there may be.") var inFlight: Int?
    @Option(help: "Payments to begin each second.") var rate: Int?
    @Option(
        help: ArgumentHelp("How long: 5s, 1m.", valueName: "time"),
        transform: SystemOptions.duration)
    var duration: Duration = .seconds(10)
    @Option(
        help: ArgumentHelp(
            "Shares of card, decline, exchange and refund.", valueName: "card=n,refund=n"))
    var mix = PaymentMix.cardsOnly
    @Option(parsing: .upToNextOption, help: "What each payment is of: 25.00 EUR.")
    var amount: [String] = ["10.00", "USD"]
    @Option(help: "Connections to each service.") var connections = 2
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...4_096).contains(self.inFlight ?? 1), (1...100_000).contains(self.rate ?? 1),
            (1...16).contains(self.connections)
        else {
            throw ValidationError(
                "--in-flight is 1 to 4096, --rate 1 to 100000, --connections 1 to 16")
        }
    }

    func execute() async throws {
        let amount = try Amount.parse(self.amount)
        let pools = try [Role.payment, .orchestrator, .ledger].map(self.pool)
        let maker = PaymentMaker(
            payments: pools[0], orchestrator: pools[1], amount: amount, mix: self.mix,
            options: self.callOptions)
        do {
            // One before the clock starts: connections are opened by the first calls.
            _ = try await maker.make(0)
            let load = BenchLoad(pace: self.pace, duration: self.duration) {
                try await maker.make($0)
            }
            let outcome = await load.run(
                unit: "payments", showsProgress: self.system.output == .table && isatty(2) == 1)
            let invariants = PaymentInvariants(
                ledger: LedgerServiceClient(pools[2]), sagas: SagaAdminServiceClient(pools[1]),
                options: self.callOptions)
            let results = try await invariants.check(maker.sample)
            for pool in pools { await pool.close() }
            self.show(outcome, results)
            guard outcome.failures == 0, results.allSatisfy({ $0.problem == nil }) else {
                throw ExitStatus.failed.code
            }
        } catch {
            for pool in pools { await pool.close() }
            throw error
        }
    }

    private var pace: BenchLoad.Pace {
        if let rate { return .rate(rate, bound: self.inFlight ?? 4_096) }
        return .inFlight(self.inFlight ?? 16)
    }

    private func pool(_ role: Role) throws -> RPCClientPool {
        let (address, certificates) = try self.system.endpoint(of: role)
        return try RPCClientPool.connecting(
            to: address, peer: role, as: self.system.role, certificates: certificates,
            connections: self.connections)
    }

    private func show(_ outcome: BenchLoad.Outcome, _ results: [Check]) {
        switch self.system.output {
        case .json:
            let invariants = JSONValue.array(results.map(\.json))
            Console.say(
                JSONValue.object(
                    outcome.members(unit: "payments") + [("invariants", invariants)]
                ).rendered())
        case .table:
            Console.say(outcome.text(unit: "payments") + "\n")
            for result in results { Console.say(result.text) }
        }
    }
}
