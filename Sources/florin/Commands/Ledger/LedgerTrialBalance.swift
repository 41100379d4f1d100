internal import ArgumentParser
internal import Messages
internal import ServiceKit
internal import Stubs
internal import TLS

struct LedgerTrialBalance: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial-balance",
        abstract: "Sum up all accounts; every currency must come to zero.",
        discussion: """
            Examples:
              florin ledger trial-balance --output json
              florin ledger trial-balance --at 2026-10-31

            Exit status: 0 when every currency is in balance, 1 when one is not.
            """)

    @Option(
        help: ArgumentHelp(
            "As it was then: 2026-10-31 (its end) or 2026-10-31T12:00:00Z.", valueName: "time"),
        transform: { try OpenPeriodOptions.microseconds($0, isEnd: true) })
    var at: Int64?
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .ledger) { channel in
            try await LedgerServiceClient(channel).trialBalance(
                LedgerV1.TrialBalanceRequest(atUs: self.at ?? 0), options: self.callOptions)
        }
        self.show(response, response.lines.table)
        guard response.lines.allSatisfy(\.isInBalance) else { throw ExitStatus.failed.code }
    }
}
