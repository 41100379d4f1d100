internal import ArgumentParser
internal import Identifiers
internal import Messages
internal import Stubs
internal import TLS

struct LedgerAdjust: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "adjust",
        abstract: "Ask that money is moved by hand from one account to another.",
        discussion: """
            Nothing happens until another operator approves (florin saga approve). For what no \
            payment, refund or compensation can put right: the transfer stays in the books for \
            good, and only another one takes it back.

            Example:
              florin ledger adjust 5.00 USD --debit fees --credit merchant:acme \
                --reason "fee charged twice, ticket 4711"

            \(ExitStatus.help)
            """)

    @Argument(help: Amount.help) var amount: [String]
    @Option(help: "The account that is debited.") var debit: String
    @Option(help: "The account that is credited.") var credit: String
    @Option(help: "The payment that this puts right, among whose transfers it stands.")
    var payment: PaymentID?
    @Option(help: "Why, up to 500 characters; kept in the operators' log.") var reason: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let adjustment = SagaV1.Adjustment(
            debitAccount: self.debit, creditAccount: self.credit,
            amount: try Amount.parse(self.amount), paymentID: self.payment?.description ?? "")
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).adjustLedger(
                SagaV1.AdjustLedgerRequest(adjustment: adjustment, reason: self.reason),
                options: self.callOptions)
        }
        self.show(response, (response.request ?? SagaV1.OperatorRequest()).record)
    }
}
