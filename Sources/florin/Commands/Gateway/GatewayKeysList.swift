internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayKeysList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List keys, newest first.",
        discussion: """
            Example:
              florin gateway keys list --account acme

            \(ExitStatus.help)
            """)

    @Option(help: "Only of this account.") var account: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).listKeys(
                .init(page: self.page.request, account: self.account), options: self.callOptions)
        }
        self.show(response, response.keys.table + response.page.more)
    }
}
