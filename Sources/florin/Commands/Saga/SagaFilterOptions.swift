internal import ArgumentParser
internal import Identifiers
internal import Messages

/// Which sagas are meant: those that fit everything that is given.
struct SagaFilterOptions: ParsableArguments {
    @Option(help: "Only those in this state.") var status: SagaV1.SagaStatus?
    @Option(help: "process_payment, capture_payment, cancel_payment or refund_payment.")
    var kind: String = ""
    @Option(help: "Only those that do or undo this step next.") var step: String = ""
    @Option(help: "Only of this payment.") var payment: String = ""
    @Option(help: "Only of this merchant.") var merchant: String = ""

    @Option(
        help: ArgumentHelp("Only those started longer ago: 5m, 2h, 7d.", valueName: "time"),
        transform: SystemOptions.duration)
    var olderThan: Duration?

    @Option(
        help: ArgumentHelp("Only those started less long ago.", valueName: "time"),
        transform: SystemOptions.duration)
    var newerThan: Duration?

    @Option(help: ArgumentHelp("Only of this much or more: \"100.00 USD\".", valueName: "amount"))
    var amountFrom: String?
    @Option(help: ArgumentHelp("Only of this much or less.", valueName: "amount"))
    var amountTo: String?

    /// - Throws: `MoneyError` that tells how to write an amount.
    func request(_ page: CommonV1.PageRequest) throws -> SagaV1.ListSagasRequest {
        let now = SystemClock().now()
        return SagaV1.ListSagasRequest(
            page: page, status: self.status ?? .unspecified, kind: self.kind,
            paymentID: self.payment, step: self.step, merchantID: self.merchant,
            createdFromUs: self.newerThan.map { (now - $0).microseconds } ?? 0,
            createdToUs: self.olderThan.map { (now - $0).microseconds } ?? 0,
            amountFrom: try self.amountFrom.map { try Amount.parse([$0]) },
            amountTo: try self.amountTo.map { try Amount.parse([$0]) })
    }
}
