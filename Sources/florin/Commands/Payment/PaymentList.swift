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
              florin payment list --frozen

            \(ExitStatus.help)
            """)

    @Option(help: "Only this merchant's.") var merchant: String = ""
    @Option(help: "Only those in this state, such as succeeded.")
    var status: PaymentV1.PaymentStatus?
    @Flag(help: "Only those that are frozen.") var frozen = false
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .payment) { channel in
            try await PaymentServiceClient(channel).listPayments(
                PaymentV1.ListPaymentsRequest(
                    page: self.page.request, merchantID: self.merchant,
                    status: self.status ?? .unspecified, onlyFrozen: self.frozen),
                options: self.callOptions)
        }
        self.show(response, response.payments.table + response.page.more)
    }
}
