internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct RefundList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List refunds, newest first.",
        discussion: """
            Example:
              florin refund list --payment pi_...

            \(ExitStatus.help)
            """)

    @Option(help: "Only of this payment.") var payment: String = ""
    @Option(help: "Only of this merchant.") var merchant: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .refund) { channel in
            try await RefundServiceClient(channel).listRefunds(
                RefundV1.ListRefundsRequest(
                    page: self.page.request, paymentID: self.payment, merchantID: self.merchant),
                options: self.callOptions)
        }
        self.show(response, response.refunds.table + response.page.more)
    }
}
