internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct PaymentCreate: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a payment. No money moves until it is processed.",
        discussion: """
            Examples:
              florin payment create 100.00 USD --merchant acme
              florin payment create 5000 JPY --merchant acme --description "order 17"
              florin payment create 80.00 USD --merchant acme --settle-in EUR --quote qt_...
              florin payment create 50.00 USD --merchant acme --capture manual

            \(ExitStatus.help)
            """)

    enum Capture: String, CaseIterable, ExpressibleByArgument {
        case automatic, manual
    }

    @Argument(help: Amount.help) var amount: [String]
    @Option(help: "Who is paid: 1 to 64 of a-z, A-Z, 0-9, _ and -.") var merchant: String
    @Option(help: "A test payment method.") var paymentMethod: String = "pm_card_visa"
    @Option(help: "automatic: take the money at once; manual: set it aside.")
    var capture: Capture = .automatic
    @Option(help: ArgumentHelp("The currency the merchant is paid in.", valueName: "currency"))
    var settleIn: String = ""
    @Option(help: "The quote to settle at, of: florin fx quote.") var quote: String = ""
    @Option(help: "At most 1,000 characters.") var description: String = ""
    @Option(
        name: .customLong("metadata"),
        help: ArgumentHelp("May be repeated.", valueName: "key=value"))
    var metadata: [MetadataEntry] = []
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let amount = try Amount.parse(self.amount)
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .payment) { channel in
                try await PaymentServiceClient(channel).createPayment(
                    PaymentV1.CreatePaymentRequest(
                        idempotencyKey: key, merchantID: self.merchant, amount: amount,
                        captureMethod: self.capture == .manual ? .manual : .automatic,
                        paymentMethod: self.paymentMethod, settlementCurrency: self.settleIn,
                        quoteID: self.quote, description: self.description,
                        metadata: self.metadata.map(\.message)),
                    options: self.callOptions)
            }
        }
        let payment = response.payment ?? PaymentV1.Payment()
        self.show(payment, payment.record)
    }
}

/// `key=value`
struct MetadataEntry: ExpressibleByArgument {
    let message: CommonV1.KeyValue

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        self.message = CommonV1.KeyValue(key: String(parts[0]), value: String(parts[1]))
    }
}
