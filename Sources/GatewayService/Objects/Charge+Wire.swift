internal import GatewayCore
internal import Identifiers
internal import Messages
internal import Money

extension Charge {
    init?(_ record: PaymentV1.ChargeRecord, _ merchant: Merchant) {
        guard let charge = record.charge, let id = ChargeID(charge.id) else { return nil }
        let amount = charge.amount ?? CommonV1.Money()
        self.init(
            id: charge.id, isLive: merchant.isLive, amount: amount.minorUnits,
            amountCaptured: charge.amountCaptured, amountRefunded: charge.amountRefunded,
            currency: amount.currency.lowercased(), isCaptured: charge.captured,
            isRefunded: charge.refunded, status: charge.status.description,
            created: charge.createdAtUs.seconds,
            balanceTransaction: charge.settlement == nil
                ? nil : BalanceTransaction.ID(.charge, id.uuid).description,
            customer: record.customerID.nonEmpty, description: record.description.nonEmpty,
            failureCode: charge.failure?.code.nonEmpty,
            failureMessage: charge.failure?.message.nonEmpty,
            declineCode: charge.failure?.declineCode.nonEmpty, paymentIntent: record.paymentID,
            paymentMethod: charge.paymentMethodID.nonEmpty ?? charge.paymentMethod.nonEmpty,
            card: TestCard.all[charge.paymentMethod], metadata: record.metadata.pairs)
    }
}

extension BalanceTransaction {
    /// What a capture came to; `nil` before it.
    init?(_ record: PaymentV1.ChargeRecord) {
        guard let charge = record.charge, let id = ChargeID(charge.id),
            let settlement = charge.settlement, let gross = settlement.gross
        else { return nil }
        self.init(
            ID(.charge, id.uuid), created: charge.createdAtUs.seconds, amount: gross.minorUnits,
            fee: settlement.fee + settlement.spread, currency: gross.currency.lowercased(),
            description: record.description.nonEmpty,
            exchangeRate: settlement.exchangeRate.nonEmpty.map { rate in
                Self.minorUnitRate(
                    rate,
                    shift: Self.exponent(gross.currency)
                        - Self.exponent(charge.amount?.currency ?? ""))
            })
    }

    /// What a refund took, newest first: of one that failed, that it was put back, too.
    static func all(of refund: RefundV1.Refund) -> [BalanceTransaction] {
        guard let id = RefundID(refund.id), let settlement = refund.settlement else { return [] }
        func transaction(_ cause: Cause, _ amount: Int64, _ moment: Int64) -> BalanceTransaction {
            BalanceTransaction(
                ID(cause, id.uuid), created: moment.seconds, amount: amount, fee: 0,
                currency: settlement.currency.lowercased(),
                description: cause == .refund ? "REFUND" : "REFUND FAILURE", exchangeRate: nil)
        }
        let taken = transaction(.refund, -settlement.minorUnits, refund.createdAtUs)
        guard refund.status == .failed else { return [taken] }
        return [
            transaction(.refundFailure, settlement.minorUnits, refund.updatedAtUs), taken,
        ]
    }

    private static func exponent(_ currency: String) -> Int {
        (try? Currency.named(currency))?.exponent ?? 2
    }
}

extension Refund {
    init(_ refund: RefundV1.Refund) {
        let transactions = BalanceTransaction.all(of: refund)
        self.init(
            id: refund.id, amount: refund.amount?.minorUnits ?? 0,
            currency: refund.amount?.currency.lowercased() ?? "", charge: refund.chargeID,
            paymentIntent: refund.paymentID, status: refund.status.description,
            reason: refund.reason.nonEmpty,
            failureReason: Self.shownReason(refund.failureReason),
            created: refund.createdAtUs.seconds,
            balanceTransaction: transactions.last?.id,
            failureBalanceTransaction: transactions.count > 1 ? transactions.first?.id : nil,
            metadata: refund.metadata.pairs)
    }

    /// The API knows few reasons; ours that it has no name for are "unknown" there.
    private static func shownReason(_ reason: String) -> String? {
        switch reason {
        case "": nil
        case "lost_or_stolen_card", "expired_or_canceled_card", "insufficient_funds", "declined":
            reason
        default: "unknown"
        }
    }
}
