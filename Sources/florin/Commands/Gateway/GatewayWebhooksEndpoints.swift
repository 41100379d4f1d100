internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayWebhooksEndpoints: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoints", abstract: "List endpoints, newest first.",
        discussion: """
            Example:
              florin gateway webhooks endpoints --account acme

            \(ExitStatus.help)
            """)

    @Option(help: "Only of this account.") var account: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).listWebhookEndpoints(
                .init(page: self.page.request, account: self.account), options: self.callOptions)
        }
        self.show(response, response.endpoints.table + response.page.more)
    }
}
