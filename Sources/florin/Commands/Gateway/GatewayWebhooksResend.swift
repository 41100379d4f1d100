internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayWebhooksResend: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend", abstract: "Have deliveries made again.",
        discussion: """
            Their three days begin anew. An event and an endpoint that are both named need not have
            met before.

            Examples:
              florin gateway webhooks resend --account acme --event evt_...
              florin gateway webhooks resend --account acme --event evt_... --endpoint we_...
              florin gateway webhooks resend --account acme --endpoint we_... --state dead

            \(ExitStatus.help)
            """)

    @OptionGroup var which: WebhookDeliveryOptions
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard !self.which.event.isEmpty || [.delivered, .dead].contains(self.which.state) else {
            throw ValidationError("name an event, or a state: --state dead")
        }
    }

    func execute() async throws {
        let count = try await self.withChannel(to: .gateway) { channel in
            var count: Int64 = 0
            var response: GatewayV1.ResendWebhooksResponse
            repeat {
                response = try await GatewayAdminServiceClient(channel).resendWebhooks(
                    .init(filter: self.which.filter), options: self.callOptions)
                count += response.count
            } while response.hasMore
            return count
        }
        self.show(
            GatewayV1.ResendWebhooksResponse(count: count),
            count == 1 ? "1 delivery is made again" : "\(count) deliveries are made again")
    }
}
