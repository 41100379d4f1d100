internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct PaymentCancel: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Release what was set aside and end the payment.",
        discussion: """
            Example:
              florin payment cancel pi_... --reason requested_by_customer

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: String
    @Option(help: "requested_by_customer, duplicate, fraudulent or abandoned.")
    var reason: String = ""
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .orchestrator) { channel in
                try await OrchestratorServiceClient(channel).cancelPayment(
                    SagaV1.CancelPaymentRequest(
                        idempotencyKey: key, paymentID: self.payment, reason: self.reason),
                    options: self.callOptions)
            }
        }
        try self.showOutcome(response, payment: response.payment, saga: response.saga)
    }
}
