internal import ArgumentParser
internal import Identifiers
internal import ReconciliationReading
internal import Stubs
internal import TLS

struct Verify: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Check everything that must hold: sagas, books, payments, acquirer, operators' log.",
        discussion: """
            Every saga older than the grace has ended, or waits for an operator; each currency's \
            debits equal its credits; the journal's hash chain and all balances are whole; the \
            payments, the ledger and the acquirer's own list of what it settled in the period \
            agree; the operators' log is whole. Names what is wrong first. Reads much: it is made \
            for after an incident, and for every night.

            Examples:
              florin verify
              florin verify --period 7d --grace 5m --output json

            Exit status: 0 when all of it holds, 6 when something does not, 1 when a service does \
            not answer.
            """)

    @Option(
        help: ArgumentHelp("How far back payments are compared: 24h, 7d.", valueName: "time"),
        transform: SystemOptions.duration)
    var period: Duration = .seconds(86_400)
    @Option(
        help: ArgumentHelp("What is younger is not missed yet.", valueName: "time"),
        transform: SystemOptions.duration)
    var grace: Duration = .seconds(60)
    @Option(help: "How many payments are read at once, 1 to 64.") var concurrency = 8
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...64).contains(self.concurrency), self.period > .zero else {
            throw ValidationError("--concurrency must be from 1 to 64, --period above 0")
        }
    }

    func execute() async throws {
        let now = SystemClock().now()
        let sagas = try await self.withChannel(to: .orchestrator) { channel in
            let admin = SagaAdminServiceClient(channel)
            return try await SagaChecks(admin: admin, options: self.callOptions)
                .run(startedBefore: now - self.grace)
        }
        let books = try await self.withChannel(to: .ledger) { channel in
            try await BookChecks(ledger: LedgerServiceClient(channel), options: self.callOptions)
                .run()
        }
        let agreement = try await self.compare(until: now)
        try self.show(sagas + books + [agreement])
    }

    private func compare(until now: Timestamp) async throws -> Check {
        let file = try await self.withChannel(to: .acquirer) { channel in
            try await AcquirerServiceClient(channel).settlement(
                in: (now - self.period)..<now, options: self.callOptions)
        }
        return try await self.withChannel(to: .payment) { payment in
            try await self.withChannel(to: .refund) { refund in
                try await self.withChannel(to: .ledger) { ledger in
                    let reader = PaymentReader(
                        payments: PaymentServiceClient(payment),
                        refunds: RefundServiceClient(refund),
                        ledger: LedgerServiceClient(ledger), timeout: self.system.timeout)
                    let comparison = Comparison(
                        reader: reader, period: (now - self.period)..<now, grace: self.grace,
                        lookBack: .seconds(8 * 86_400), concurrency: self.concurrency)
                    return Check(try await comparison.report(on: file))
                }
            }
        }
    }

    private func show(_ checks: [Check]) throws {
        switch self.system.output {
        case .json:
            Console.say(JSONValue.object([("checks", .array(checks.map(\.json)))]).rendered())
        case .table:
            for check in checks { Console.say(check.text) }
        }
        guard checks.allSatisfy({ $0.problem == nil }) else { throw ExitStatus.differs.code }
    }
}
