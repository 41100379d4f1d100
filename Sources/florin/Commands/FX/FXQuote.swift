internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct FXQuote: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "quote", abstract: "Fix a rate for one amount for a while.",
        discussion: """
            The quote can be used once, by a payment that is made with --quote.

            Example:
              florin fx quote 80.00 USD --to EUR --lifetime 1h

            \(ExitStatus.help)
            """)

    enum Lifetime: String, CaseIterable, ExpressibleByArgument {
        case fiveMinutes = "5m"
        case hour = "1h"
        case day = "24h"

        var seconds: Int64 {
            switch self {
            case .fiveMinutes: 300
            case .hour: 3_600
            case .day: 86_400
            }
        }
    }

    @Argument(help: Amount.help) var amount: [String]
    @Option(help: ArgumentHelp("The currency to have.", valueName: "currency")) var to: String
    @Option(help: "How long the quote is good.") var lifetime: Lifetime = .fiveMinutes
    @OptionGroup var idempotency: IdempotencyOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let amount = try Amount.parse(self.amount)
        let response = try await self.idempotency.withKey { key in
            try await self.withChannel(to: .fx) { channel in
                try await FXServiceClient(channel).createQuote(
                    FXV1.CreateQuoteRequest(
                        idempotencyKey: key, from: amount, toCurrency: self.to,
                        lifetimeSeconds: self.lifetime.seconds),
                    options: self.callOptions)
            }
        }
        let quote = response.quote ?? FXV1.Quote()
        self.show(quote, quote.record)
    }
}
