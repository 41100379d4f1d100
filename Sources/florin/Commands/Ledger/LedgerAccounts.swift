internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct LedgerAccounts: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List accounts with what is posted and pending.",
        discussion: """
            Examples:
              florin ledger accounts
              florin ledger accounts --name merchant: --currency EUR

            \(ExitStatus.help)
            """)

    @Option(help: "Only accounts whose name begins so.") var name: String = ""
    @Option(help: "Only accounts in this currency.") var currency: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .ledger) { channel in
            try await LedgerServiceClient(channel).listAccounts(
                LedgerV1.ListAccountsRequest(
                    page: self.page.request, namePrefix: self.name, currency: self.currency),
                options: self.callOptions)
        }
        self.show(response, response.accounts.table + response.page.more)
    }
}
