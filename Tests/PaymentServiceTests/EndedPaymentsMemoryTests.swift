import Identifiers
import PaymentCore
import Testing

@testable import PaymentService

@Suite("The memory of ended payments")
struct EndedPaymentsMemoryTests {
    private static func payment(
        _ number: UInt64, _ status: Payment.Status = .canceled
    ) throws -> PaymentWithEvents {
        let draft = try PaymentDraft(
            merchantID: "acme", captureMethod: .automatic,
            input: PaymentInput(
                amount: PaymentInput.Amount(minorUnits: 100_00, currency: "USD"),
                paymentMethod: "pm_card_visa"),
            limits: PaymentLimits(maximumCharge: 99_999_999, paymentMethods: ["pm_card_visa"]))
        let id = PaymentID(uuid: UUID128(high: number, low: 1))
        let made = Payment(id: id, draft: draft, at: Timestamp(microseconds: 1))
        let payment = Payment(
            id: id, merchantID: made.merchantID, captureMethod: made.captureMethod,
            createdAt: made.createdAt, details: made.details, status: status, activity: nil,
            charge: nil, lastFailure: nil, nextAction: "", captureBefore: nil, cancellation: nil,
            updatedAt: made.updatedAt)
        return PaymentWithEvents(stored: PaymentStore.Stored(payment: payment, lastEvent: 1))
    }

    @Test("Has two generations at most, and those that were asked for last among them")
    func bounded() throws {
        let ended = EndedPayments()
        let payments = try (0..<20_000).map { try Self.payment($0) }
        let ids = payments.map(\.stored.payment.id)
        for (number, payment) in payments.enumerated() {
            ended.keep(payment)
            // Asked for now and then, it stays, however many come after it.
            if number.isMultiple(of: 1_000) { #expect(ended.known([ids[0]]).count == 1) }
        }
        #expect((4_096...8_192).contains(ended.known(ids).count))
        #expect(ended.known([ids[1]]).isEmpty)
    }

    @Test("Keeps none that can go on", arguments: Payment.Status.allCases)
    func endedOnly(_ status: Payment.Status) throws {
        let ended = EndedPayments()
        let payment = try Self.payment(1, status)
        ended.keep(payment)
        let isKept = !ended.known([payment.stored.payment.id]).isEmpty
        #expect(isKept == [.succeeded, .canceled].contains(status))
    }
}
