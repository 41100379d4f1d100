internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import Stubs
internal import TLS

struct PaymentFreeze: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "freeze",
        abstract: "Keep a payment from being moved further until it is unfrozen.",
        discussion: """
            Capture, cancel, refund and another attempt are refused; a saga at work on it goes on.
            Reconciliation does the same with a payment that does not agree.

            Example:
              florin payment freeze pi_... --reason "asked about by the acquirer"

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: PaymentID
    @Option(help: "Why, up to 500 characters. One that is frozen keeps the first reason.")
    var reason: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .payment) { channel in
            try await PaymentServiceClient(channel).freezePayment(
                PaymentV1.FreezePaymentRequest(
                    paymentID: self.payment.description, reason: self.reason),
                options: self.callOptions)
        }
        let payment = response.payment ?? PaymentV1.Payment()
        self.show(response, payment.record)
    }
}
