internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct LedgerTrialBalance: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial-balance",
        abstract: "Sum up all accounts; every currency must come to zero.",
        discussion: """
            Example:
              florin ledger trial-balance --output json

            Exit status: 0 when every currency is in balance, 1 when one is not.
            """)

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .ledger) { channel in
            try await LedgerServiceClient(channel).trialBalance(
                LedgerV1.TrialBalanceRequest(), options: self.callOptions)
        }
        self.show(response, response.lines.table)
        guard response.lines.allSatisfy(\.isInBalance) else { throw ExitStatus.failed.code }
    }
}
