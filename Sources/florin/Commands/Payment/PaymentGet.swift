internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct PaymentGet: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Look up a payment and what happened to it.",
        discussion: """
            Example:
              florin payment get pi_... --output json

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .payment) { channel in
            try await PaymentServiceClient(channel).getPayment(
                PaymentV1.GetPaymentRequest(paymentID: self.payment), options: self.callOptions)
        }
        let payment = response.payment ?? PaymentV1.Payment()
        self.show(response, payment.record + "\n\n" + response.events.table)
    }
}
