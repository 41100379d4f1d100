internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct PaymentList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List payments, newest first.",
        discussion: """
            Examples:
              florin payment list --merchant acme
              florin payment list --status requires_capture --limit 50

            \(ExitStatus.help)
            """)

    @Option(help: "Only this merchant's.") var merchant: String = ""
    @Option(help: "Only those in this state, such as succeeded.")
    var status: PaymentV1.PaymentStatus?
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .payment) { channel in
            try await PaymentServiceClient(channel).listPayments(
                PaymentV1.ListPaymentsRequest(
                    page: self.page.request, merchantID: self.merchant,
                    status: self.status ?? .unspecified),
                options: self.callOptions)
        }
        self.show(response, response.payments.table + response.page.more)
    }
}
