internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS
internal import Wire

struct PaymentProcess: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "process",
        abstract: "Take a payment's money, or set it aside when its capture is manual.",
        discussion: """
            Waits until the payment's saga has ended, at most as long as --timeout tells. A \
            decline is an answer: the payment tells why, and the exit status is 4.

            Examples:
              florin payment process pi_...
              florin payment process pi_... --timeout 2m --output json

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: String
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .orchestrator) { channel in
                try await OrchestratorServiceClient(channel).processPayment(
                    SagaV1.ProcessPaymentRequest(idempotencyKey: key, paymentID: self.payment),
                    options: self.callOptions)
            }
        }
        try self.showOutcome(response, payment: response.payment, saga: response.saga)
    }
}

extension FlorinCommand {
    /// Prints what became of a payment, and ends with the saga's exit status.
    func showOutcome(
        _ response: any Message, payment: PaymentV1.Payment?, saga: SagaV1.Saga?
    ) throws {
        let saga = saga ?? SagaV1.Saga()
        let lines = [(payment ?? PaymentV1.Payment()).record, saga.outcome]
        self.show(response, lines.filter { !$0.isEmpty }.joined(separator: "\n"))
        try saga.throwUnlessSucceeded()
    }
}
