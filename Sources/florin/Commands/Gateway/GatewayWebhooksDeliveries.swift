internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayWebhooksDeliveries: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries", abstract: "List deliveries, those of the newest events first.",
        discussion: """
            Examples:
              florin gateway webhooks deliveries --account acme
              florin gateway webhooks deliveries --account acme --state dead
              florin gateway webhooks deliveries --account acme --event evt_...

            \(ExitStatus.help)
            """)

    @OptionGroup var which: WebhookDeliveryOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).listWebhookDeliveries(
                .init(page: self.page.request, filter: self.which.filter),
                options: self.callOptions)
        }
        self.show(response, response.deliveries.table + response.page.more)
    }
}
