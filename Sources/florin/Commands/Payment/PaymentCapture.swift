internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct PaymentCapture: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Take what was set aside, or a part of it; the rest is released.",
        discussion: """
            Examples:
              florin payment capture pi_...
              florin payment capture pi_... 30.00 USD

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: String
    @Argument(help: "A part of what was set aside; all of it when left out.")
    var amount: [String] = []
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let amount = try Amount.parseOptional(self.amount)
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .orchestrator) { channel in
                try await OrchestratorServiceClient(channel).capturePayment(
                    SagaV1.CapturePaymentRequest(
                        idempotencyKey: key, paymentID: self.payment, amount: amount),
                    options: self.callOptions)
            }
        }
        try self.showOutcome(response, payment: response.payment, saga: response.saga)
    }
}
