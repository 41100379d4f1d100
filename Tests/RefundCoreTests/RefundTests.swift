import FieldRules
import Identifiers
import Money
import RefundCore
import Testing

@Suite("A refund")
struct RefundTests {
    static let saga = SagaID(uuid: UUID128(high: 7, low: 1 << 16))
    static let otherSaga = SagaID(uuid: UUID128(high: 8, low: 1 << 16))
    let now = Timestamp(microseconds: 5)

    static func request(
        merchant: String = "acme", amount: Int64 = 100, settlement: Int64 = 92
    ) throws(RefundError) -> RefundRequest {
        try RefundRequest(
            id: RefundID(uuid: UUID128(high: 1, low: 1)), sagaID: Self.saga,
            paymentID: PaymentID(uuid: UUID128(high: 2, low: 1)),
            chargeID: ChargeID(uuid: UUID128(high: 3, low: 1)), merchantID: merchant,
            amount: Money(amount, .usd), settlement: Money(settlement, .eur),
            reason: .duplicate, metadata: .none)
    }

    @Test("Is opened, submitted and completed")
    func succeeds() throws {
        var refund = Refund(try Self.request(), at: self.now)
        #expect(refund.status == .pending)
        try refund.submitting(saga: Self.saga)
        #expect(try refund.complete(saga: Self.saga, at: self.now) == [.updated])
        #expect(refund.status == .succeeded)
    }

    @Test("Fails with its first reason")
    func fails() throws {
        var refund = Refund(try Self.request(), at: self.now)
        #expect(try refund.fail("lost", saga: Self.saga, at: self.now) == [.failed])
        #expect(try refund.fail("again", saga: Self.saga, at: self.now) == [])
        #expect(refund.failureReason == "lost")
        #expect(throws: RefundError.unexpectedState(.failed)) {
            try refund.submitting(saga: Self.saga)
        }
    }

    @Test("Needs an amount, a settlement that is not negative and a merchant")
    func validates() {
        #expect(throws: RefundError.self) { try Self.request(amount: 0) }
        #expect(throws: RefundError.self) { try Self.request(settlement: -1) }
        #expect(throws: RefundError.self) { try Self.request(merchant: "") }
        #expect(throws: Never.self) { try Self.request(settlement: 0) }
    }

    enum Event: CaseIterable {
        case complete, fail, completeByOther, failByOther
    }

    @Test("Ends once, one way, by its own saga, with one event for each change")
    func allHistories() throws {
        for first in Event.allCases {
            for second in Event.allCases {
                for third in Event.allCases {
                    var refund = Refund(try Self.request(), at: self.now)
                    var events: [RefundEvent] = []
                    for event in [first, second, third] {
                        let before = refund
                        do {
                            switch event {
                            case .complete:
                                events += try refund.complete(saga: Self.saga, at: self.now)
                            case .fail:
                                events += try refund.fail("r", saga: Self.saga, at: self.now)
                            case .completeByOther:
                                events += try refund.complete(saga: Self.otherSaga, at: self.now)
                            case .failByOther:
                                events += try refund.fail("r", saga: Self.otherSaga, at: self.now)
                            }
                        } catch {
                            #expect(refund == before)
                        }
                    }
                    #expect(events.count == (refund.status == .pending ? 0 : 1))
                    #expect((events == [.updated]) == (refund.status == .succeeded))
                    #expect((events == [.failed]) == (refund.status == .failed))
                }
            }
        }
    }
}
