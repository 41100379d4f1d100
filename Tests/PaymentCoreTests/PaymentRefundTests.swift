import Identifiers
import Money
import PaymentCore
import Testing

@Suite("A payment's refunds")
struct PaymentRefundTests {
    @Test("Are taken from what is left")
    func cap() throws {
        var payment = try Payment.captured(10, gross: 10)
        var first = try payment.reserveRefund(4, refund: refund(1), saga: saga(1))
        #expect(throws: PaymentError.amountNotRefundable(most: 6)) {
            try payment.reserveRefund(7, refund: refund(2), saga: saga(2))
        }
        #expect(throws: PaymentError.amountNotRefundable(most: 6)) {
            try payment.reserveRefund(0, refund: refund(2), saga: saga(2))
        }
        let rest = try payment.reserveRefund(nil, refund: refund(2), saga: saga(2))
        #expect(rest.amount == 6)
        #expect(throws: PaymentError.chargeAlreadyRefunded) {
            try payment.reserveRefund(1, refund: refund(3), saga: saga(3))
        }
        #expect(try payment.apply(&first, at: noon) == [.chargeRefunded])
        #expect(payment.charge?.refunds.applied.amount == 4)
        #expect(payment.charge?.isRefunded == false)
        #expect(payment.status == .succeeded, "a refund does not change it")
    }

    @Test("Need a captured charge")
    func notCaptured() throws {
        var payment = try Payment.made()
        #expect(throws: PaymentError.chargeNotCaptured) {
            try payment.reserveRefund(nil, refund: refund(1), saga: saga(1))
        }
    }

    @Test("Follow the currency's step")
    func steps() throws {
        var payment = try Payment.made(10_000, currency: "KWD")
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        _ = try payment.complete(
            .captured(10_000, .plain(payment.amount), reference: "ref/c"), saga: saga(1), at: noon)
        #expect(throws: PaymentError.self) {
            try payment.reserveRefund(15, refund: refund(1), saga: saga(1))
        }
    }

    @Test("Release and apply are harmless when repeated, and refused the other way round")
    func endsOnce() throws {
        var payment = try Payment.captured(10, gross: 10)
        var released = try payment.reserveRefund(4, refund: refund(1), saga: saga(1))
        try payment.release(&released)
        let after = payment
        try payment.release(&released)
        #expect(payment == after)
        #expect(throws: PaymentError.reservationClosed) { try payment.apply(&released, at: noon) }
        var applied = try payment.reserveRefund(4, refund: refund(2), saga: saga(2))
        _ = try payment.apply(&applied, at: noon)
        #expect(try payment.apply(&applied, at: noon) == [])
        #expect(throws: PaymentError.reservationClosed) { try payment.release(&applied) }
    }

    /// For grosses below, equal to and above the captured amount: every sequence of five
    /// reservations of one to three units, any of them given back; then the rest at once.
    @Test("Shares are never negative and add up to the gross, whatever was given back between")
    func shares() throws {
        for gross: Int64 in [0, 1, 3, 6, 7, 11, 1000] {
            for history in sequences(of: [-1, 1, 2, 3] as [Int64], length: 5) {
                var payment = try Payment.captured(6, gross: gross)
                var open: [RefundReservation] = []
                for step in history {
                    if step < 0 {
                        guard !open.isEmpty else { continue }
                        var first = open.removeFirst()
                        try payment.release(&first)
                    } else if let taken = try? payment.reserveRefund(
                        step, refund: refund(1), saga: saga(1))
                    {
                        #expect(taken.share >= 0, "\(gross) \(history)")
                        open.append(taken)
                    }
                }
                if let rest = try? payment.reserveRefund(nil, refund: refund(9), saga: saga(9)) {
                    #expect(rest.share >= 0, "\(gross) \(history)")
                    open.append(rest)
                }
                #expect(open.map(\.amount).reduce(0, +) == 6, "\(gross) \(history)")
                #expect(open.map(\.share).reduce(0, +) == gross, "\(gross) \(history)")
                for var reservation in open { _ = try payment.apply(&reservation, at: noon) }
                #expect(payment.charge?.isRefunded == true)
            }
        }
    }

    @Test("Shares stay exact at the largest amounts")
    func largest() throws {
        var payment = try Payment.captured(3, gross: .max)
        let shares = try (1...3).map { number in
            try payment.reserveRefund(1, refund: refund(number), saga: saga(number)).share
        }
        #expect(shares.reduce(0, +) == .max)
    }
}
