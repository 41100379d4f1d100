internal import ArgumentParser

struct Ledger: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Look into the books, and put them right.",
        discussion: ExitStatus.help,
        subcommands: [
            LedgerAccounts.self, LedgerBalance.self, LedgerTransfers.self, LedgerStatement.self,
            LedgerTrialBalance.self, LedgerVerify.self, LedgerExport.self, LedgerAdjust.self,
        ])
}
