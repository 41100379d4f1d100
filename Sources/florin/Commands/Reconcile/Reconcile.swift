internal import ArgumentParser
internal import Foundation
internal import ReconciliationCore
internal import ReconciliationReading
internal import Stubs
internal import TLS

struct Reconcile: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compare payments with the ledger and the acquirer's settlement file.",
        discussion: """
            Names every line that is missing, doubled, foreign or different, and proves by sums
            that nothing was left out. docs/reconciliation.md tells the rules.

            Examples:
              florin acquirer settlement --from 2026-11-20 --to 2026-11-21 > file.csv
              florin reconcile --settlement file.csv --from 2026-11-20 --to 2026-11-21
              florin reconcile --settlement file.csv --from 2026-11-20 --to 2026-11-21 -o json

            \(ExitStatus.help)
            """)

    @Option(help: ArgumentHelp("The acquirer's settlement file.", valueName: "file"))
    var settlement: String
    @OptionGroup var period: PeriodOptions
    @Option(
        help: ArgumentHelp(
            "What is younger is not missed yet, and so near an end of the period, either.",
            valueName: "time"), transform: SystemOptions.duration)
    var grace: Duration = .seconds(300)
    @Option(
        help: ArgumentHelp(
            "How long before the period a payment may have been made that was captured in it.",
            valueName: "time"), transform: SystemOptions.duration)
    var lookBack: Duration = .seconds(8 * 86_400)
    @Option(help: "How many payments are read at once, 1 to 64.") var concurrency = 8
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (1...64).contains(self.concurrency) else {
            throw ValidationError("--concurrency must be from 1 to 64")
        }
    }

    func execute() async throws {
        let file = try self.file()
        let report = try await self.withChannel(to: .payment) { payment in
            try await self.withChannel(to: .refund) { refund in
                try await self.withChannel(to: .ledger) { ledger in
                    let reader = PaymentReader(
                        payments: PaymentServiceClient(payment),
                        refunds: RefundServiceClient(refund),
                        ledger: LedgerServiceClient(ledger), timeout: self.system.timeout)
                    let comparison = Comparison(
                        reader: reader, period: self.period.from..<self.period.to,
                        grace: self.grace, lookBack: self.lookBack,
                        concurrency: self.concurrency)
                    return try await comparison.report(on: file)
                }
            }
        }
        switch self.system.output {
        case .json: Console.say(report.json.rendered())
        case .table: Console.say(report.text)
        }
        guard report.findings.isEmpty else { throw ExitStatus.differs.code }
    }

    private func file() throws -> SettlementFile {
        guard let bytes = FileManager.default.contents(atPath: self.settlement) else {
            throw Failure(
                .usage, "\(self.settlement) cannot be read",
                hint: "Write one with: florin acquirer settlement --from … --to … > file.csv")
        }
        do {
            return try SettlementFile(parsing: bytes)
        } catch {
            throw Failure(
                .usage, "\(self.settlement): \(error)",
                hint: "The file is refused whole; docs/reconciliation.md has the format.")
        }
    }
}
