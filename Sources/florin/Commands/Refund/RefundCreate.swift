internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct RefundCreate: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give back what was taken for a payment, or a part of it.",
        discussion: """
            Examples:
              florin refund create pi_...
              florin refund create pi_... 40.00 USD --reason requested_by_customer
              florin refund create pi_... --rate current

            \(ExitStatus.help)
            """)

    enum Rate: String, CaseIterable, ExpressibleByArgument {
        case original, current
    }

    @Argument(help: ArgumentHelp("The payment.", valueName: "pi_...")) var payment: String
    @Argument(help: "In the payment's currency; all that is left when left out.")
    var amount: [String] = []
    @Option(help: "duplicate, fraudulent or requested_by_customer.") var reason: String = ""
    @Option(help: "At the payment's own exchange rate, or at the current one.")
    var rate: Rate = .original
    @Option(
        name: .customLong("metadata"),
        help: ArgumentHelp("May be repeated.", valueName: "key=value"))
    var metadata: [MetadataEntry] = []
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let amount = try Amount.parseOptional(self.amount)
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .orchestrator) { channel in
                try await OrchestratorServiceClient(channel).refundPayment(
                    SagaV1.RefundPaymentRequest(
                        idempotencyKey: key, paymentID: self.payment, amount: amount,
                        reason: self.reason, rate: self.rate == .current ? .current : .original,
                        metadata: self.metadata.map(\.message)),
                    options: self.callOptions)
            }
        }
        let saga = response.saga ?? SagaV1.Saga()
        let lines = [response.refund?.record ?? "", saga.outcome]
        self.show(response, lines.filter { !$0.isEmpty }.joined(separator: "\n"))
        try saga.throwUnlessSucceeded()
    }
}
