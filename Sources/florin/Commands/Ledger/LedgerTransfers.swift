internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import Stubs
internal import TLS

struct LedgerTransfers: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfers", abstract: "List transfers, newest first.",
        discussion: """
            Examples:
              florin ledger transfers --payment pi_...
              florin ledger transfers --account merchant:acme --currency USD

            \(ExitStatus.help)
            """)

    @Option(help: "Only of this payment.") var payment: PaymentID?
    @Option(help: "Only of this account; needs --currency.") var account: String?
    @Option(help: "The account's currency.") var currency: String?
    @Option(help: "Only of this category.") var code: UInt32 = 0
    @OptionGroup var period: OpenPeriodOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func validate() throws {
        guard (self.account == nil) == (self.currency == nil) else {
            throw ValidationError("--account and --currency are given together")
        }
    }

    func execute() async throws {
        let response = try await self.withChannel(to: .ledger) { channel in
            let client = LedgerServiceClient(channel)
            var request = LedgerV1.ListTransfersRequest(page: self.page.request)
            request.code = self.code
            request.fromUs = self.period.from
            request.toUs = self.period.to
            request.userData = self.payment.map { LedgerV1.Uint128($0.uuid) }
            if let account, let currency {
                let found = try await client.accounts(
                    named: account, currency: currency, options: self.callOptions)
                guard let id = found.first?.id else {
                    throw Failure(
                        .notFound, "no account is named \(account) in \(currency)",
                        hint: "List them with: florin ledger accounts")
                }
                request.accountID = id
            }
            return try await client.listTransfers(request, options: self.callOptions)
        }
        self.show(response, response.transfers.table + response.page.more)
    }
}

extension Identifier: ExpressibleByArgument {
    package init?(argument: String) { try? self.init(parsing: argument) }
}

extension LedgerV1.Uint128 {
    var uuid: UUID128 { UUID128(high: self.high, low: self.low) }

    init(_ uuid: UUID128) { self.init(high: uuid.high, low: uuid.low) }
}
