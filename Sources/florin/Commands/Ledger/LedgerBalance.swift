internal import ArgumentParser
internal import Messages
internal import RPC
internal import Stubs
internal import TLS

struct LedgerBalance: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "Show what an account holds, in each of its currencies.",
        discussion: """
            The balance is credits less debits: positive is what we owe a merchant, negative what \
            the card network owes us. Held money is pending and never part of it.

            Examples:
              florin ledger balance merchant:acme
              florin ledger balance fees --currency USD

            \(ExitStatus.help)
            """)

    @Argument(help: "The account's name: merchant:acme, acquirer, fees, fx, fx_spread, rounding.")
    var name: String
    @Option(help: "Only in this currency.") var currency: String = ""
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let accounts = try await self.withChannel(to: .ledger) { channel in
            try await LedgerServiceClient(channel).accounts(
                named: self.name, currency: self.currency, options: self.callOptions)
        }
        guard !accounts.isEmpty else {
            throw Failure(
                .notFound, "no account is named \(self.name)",
                hint: "List them with: florin ledger accounts")
        }
        let response = LedgerV1.LookupAccountsResponse(accounts: accounts)
        self.show(response, accounts.balances)
    }
}

extension LedgerServiceClient {
    /// The accounts of exactly this name, one for each currency.
    func accounts(
        named name: String, currency: String, options: CallOptions
    ) async throws(RPCError) -> [LedgerV1.Account] {
        var found: [LedgerV1.Account] = []
        var cursor = ""
        repeat {
            let response = try await self.listAccounts(
                LedgerV1.ListAccountsRequest(
                    page: CommonV1.PageRequest(limit: 100, cursor: cursor), namePrefix: name,
                    currency: currency),
                options: options)
            found += response.accounts.filter { $0.name == name }
            cursor = response.page?.nextCursor ?? ""
        } while !cursor.isEmpty
        return found
    }
}
