internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import Stubs
internal import TLS

struct PaymentUnfreeze: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "unfreeze",
        abstract: "Let a payment go on that was frozen.",
        discussion: """
            Look first why it was frozen: florin payment get tells. florin payment list --frozen
            lists all of them.

            Example:
              florin payment unfreeze pi_... --reason "refunded the second capture by hand"

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: PaymentID
    @Option(help: "Why it may go on, up to 500 characters; it is kept.") var reason: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .payment) { channel in
            try await PaymentServiceClient(channel).unfreezePayment(
                PaymentV1.UnfreezePaymentRequest(
                    paymentID: self.payment.description, reason: self.reason),
                options: self.callOptions)
        }
        let payment = response.payment ?? PaymentV1.Payment()
        self.show(response, payment.record)
    }
}
