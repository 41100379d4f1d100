import FieldRules
import Identifiers
import Money
import PaymentCore

let noon = Timestamp(microseconds: 1_000_000_000)
let week: Duration = .seconds(7 * 24 * 3600)

let limits = PaymentLimits(
    maximumCharge: 99_999_999, paymentMethods: ["pm_card_visa", "pm_card_pendingRefund"])

func saga(_ number: UInt64) -> SagaID { SagaID(uuid: UUID128(high: number, low: 1 << 16)) }
func chargeID(_ number: UInt64) -> ChargeID { ChargeID(uuid: UUID128(high: number, low: 2)) }
func refund(_ number: UInt64) -> RefundID { RefundID(uuid: UUID128(high: number, low: 3)) }
let quote = QuoteID(uuid: UUID128(high: 9, low: 9))

extension Payment {
    /// A payment of 100.00 USD.
    static func made(
        _ minorUnits: Int64 = 100_00, currency: String = "USD",
        captureMethod: CaptureMethod = .automatic, paymentMethod: String = "pm_card_visa"
    ) throws -> Payment {
        let draft = try PaymentDraft(
            merchantID: "acme", captureMethod: captureMethod,
            input: PaymentInput(
                amount: PaymentInput.Amount(minorUnits: minorUnits, currency: currency),
                paymentMethod: paymentMethod),
            limits: limits)
        return Payment(id: PaymentID(uuid: UUID128(high: 1, low: 1)), draft: draft, at: noon)
    }

    /// A payment of which `amount` was captured and settled to `gross` minor units of EUR.
    static func captured(_ amount: Int64, gross: Int64) throws -> Payment {
        var payment = try Payment.made(100_00, captureMethod: .manual)
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        _ = try payment.complete(.held(.plain(saga(1)), window: week), saga: saga(1), at: noon)
        _ = try payment.begin(.capture(amount), saga: saga(2), chargeID: chargeID(2), at: noon)
        _ = try payment.complete(
            .captured(amount, .plain(Money(gross, .eur)), reference: "ref/c"), saga: saga(2),
            at: noon)
        return payment
    }
}

extension HoldTerms {
    static func plain(_ saga: SagaID) -> HoldTerms {
        HoldTerms(sagaID: saga, amount: 100_00, feeBasisPoints: 290, exchange: nil)
    }
}

extension Settlement {
    /// Without fee or spread.
    static func plain(_ gross: Money) throws(PaymentError) -> Settlement {
        try Settlement(
            gross: gross, spread: 0, fee: 0, net: gross.minorUnits, exchangeRate: "", quoteID: nil)
    }
}

/// Every sequence of that many elements, with repetition.
func sequences<Element>(of elements: [Element], length: Int) -> [[Element]] {
    (0..<length).reduce([[]]) { shorter, _ in
        shorter.flatMap { head in elements.map { head + [$0] } }
    }
}
