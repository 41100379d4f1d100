package import Identifiers
package import Messages
internal import Money
package import ReconciliationCore
internal import ServiceKit

extension Movement {
    /// The payment's capture; `nil` when nothing was taken.
    ///
    /// - Parameter events: The payment's, which tell when.
    package init?(
        captureOf payment: PaymentV1.Payment, events: [PaymentV1.PaymentEvent]
    ) throws {
        guard payment.amountReceived > 0 else { return nil }
        let currency = try Money(payment.amount, field: "payment.amount").currency
        let at = events.last { $0.type == "payment_intent.succeeded" }?.createdAtUs
        self.init(
            paymentID: payment.id, id: payment.id, subject: payment.id, kind: .capture,
            amount: Money(payment.amountReceived, currency),
            at: Timestamp(microseconds: at ?? payment.updatedAtUs))
    }

    /// A refund; `nil` unless it succeeded.
    package init?(_ refund: RefundV1.Refund) throws {
        guard refund.status == .succeeded else { return nil }
        self.init(
            paymentID: refund.paymentID, id: refund.id,
            subject: "\(refund.paymentID)/\(refund.sagaID)", kind: .refund,
            amount: try Money(refund.amount, field: "refund.amount"),
            at: Timestamp(microseconds: refund.updatedAtUs))
    }
}

extension LedgerEntry {
    /// A posted transfer through the account `acquirer`; `nil` for any other, and for what is only
    /// held or released.
    ///
    /// - Parameter payment: Whose it is; `nil` when it names none.
    package init?(_ record: LedgerV1.TransferRecord, of payment: PaymentID?) throws {
        guard let transfer = record.transfer, record.amount > 0 else { return nil }
        let notPosted =
            LedgerV1.TransferFlag.pending.rawValue | LedgerV1.TransferFlag.voidPending.rawValue
        guard transfer.flags & UInt32(notPosted) == 0 else { return nil }
        let isDebit = record.debitAccountName == "acquirer"
        guard isDebit || record.creditAccountName == "acquirer" else { return nil }
        let id = transfer.id ?? LedgerV1.Uint128()
        self.init(
            paymentID: payment?.description ?? "",
            transferID: "\(UUID128(high: id.high, low: id.low))",
            kind: isDebit ? .capture : .refund,
            amount: Money(record.amount, try Currency.named(transfer.currency)),
            at: Timestamp(microseconds: transfer.createdAtUs))
    }
}

extension SettledLine {
    /// - Throws: For a kind or a currency that this version does not know.
    package init(_ settled: AcquirerV1.Settled) throws {
        guard let kind = MovementKind(rawValue: settled.kind.description) else {
            throw UnknownKind(name: settled.kind.description)
        }
        self.init(
            reference: settled.reference, kind: kind,
            amount: try Money(settled.amount, field: "settled.amount"),
            at: Timestamp(microseconds: settled.settledAtUs))
    }
}

/// A kind of settlement that this version does not know.
package struct UnknownKind: Error {
    package let name: String
}
