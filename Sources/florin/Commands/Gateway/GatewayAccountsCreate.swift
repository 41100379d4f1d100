internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayAccountsCreate: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Let a merchant use the HTTP API.",
        discussion: """
            A merchant that has an account keeps it.

            Example:
              florin gateway accounts create acme --name "Acme Ltd"

            \(ExitStatus.help)
            """)

    @Argument(help: "What the services know the merchant by.") var merchant: String
    @Option(help: "What people call it.") var name: String = ""
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).createAccount(
                .init(merchantID: self.merchant, displayName: self.name),
                options: self.callOptions)
        }
        self.show(response.account ?? .init(), response.account?.record ?? "")
    }
}

struct GatewayAccountsList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts, newest first.",
        discussion: ExitStatus.help)

    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).listAccounts(
                .init(page: self.page.request), options: self.callOptions)
        }
        self.show(response, response.accounts.table + response.page.more)
    }
}
