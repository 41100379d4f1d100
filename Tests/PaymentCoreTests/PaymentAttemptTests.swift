import FieldRules
import Identifiers
import Money
import PaymentCore
import Testing

@Suite("A payment's attempts")
struct PaymentAttemptTests {
    let declined = Failure(code: "card_declined", declineCode: "lost_card", message: "Declined.")

    @Test("Is processed and captured at once")
    func automatic() throws {
        var payment = try Payment.made()
        #expect(payment.status == .requiresConfirmation)
        #expect(
            try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
                == [.processing])
        #expect(payment.status == .processing)
        try payment.authorized("ref/a", saga: saga(1))
        #expect(try payment.capturing(100_00, saga: saga(1)) == "ref/a")
        let settlement = try Settlement.plain(Money(100_00, .usd))
        #expect(
            try payment.complete(
                .captured(100_00, settlement, reference: "ref/c"), saga: saga(1), at: noon)
                == [.chargeSucceeded, .succeeded])
        #expect(payment.status == .succeeded)
        #expect(payment.amountReceived == 100_00)
        #expect(payment.charge?.captureReference == "ref/c")
        #expect(payment.activity == nil)
    }

    @Test("Is purchased by its saga alone, unless capture is manual or money is set aside already")
    func purchase() throws {
        var payment = try Payment.made()
        #expect(throws: PaymentError.notYours) { try payment.purchasing(saga: saga(1)) }
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        #expect(throws: PaymentError.notYours) { try payment.purchasing(saga: saga(2)) }
        try payment.purchasing(saga: saga(1))
        try payment.authorized("ref/a", saga: saga(1))
        #expect(throws: PaymentError.unexpectedState(.processing)) {
            try payment.purchasing(saga: saga(1))
        }
        var manual = try Payment.made(captureMethod: .manual)
        _ = try manual.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        #expect(throws: PaymentError.unexpectedState(.processing)) {
            try manual.purchasing(saga: saga(1))
        }
    }

    @Test("Is held, and a part of it captured within the window")
    func manual() throws {
        var payment = try Payment.made(captureMethod: .manual)
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        try payment.authorized("ref/a", saga: saga(1))
        #expect(
            try payment.complete(.held(.plain(saga(1)), window: week), saga: saga(1), at: noon)
                == [.chargeSucceeded, .amountCapturableUpdated])
        #expect(payment.status == .requiresCapture)
        #expect(payment.amountCapturable == 100_00)
        #expect(payment.captureBefore == noon + week)
        for amount: Int64 in [0, -1, 100_01] {
            #expect(throws: PaymentError.amountNotCapturable(most: 100_00)) {
                try payment.begin(.capture(amount), saga: saga(2), chargeID: chargeID(2), at: noon)
            }
        }
        #expect(throws: PaymentError.holdExpired) {
            try payment.begin(
                .capture(nil), saga: saga(2), chargeID: chargeID(2),
                at: noon + week + .microseconds(1))
        }
        _ = try payment.begin(
            .capture(40_00), saga: saga(2), chargeID: chargeID(2), at: noon + week)
        #expect(throws: PaymentError.amountNotCapturable(most: 40_00)) {
            try payment.capturing(100_00, saga: saga(2))
        }
        #expect(try payment.capturing(40_00, saga: saga(2)) == "ref/a")
        let settlement = try Settlement.plain(Money(40_00, .usd))
        #expect(
            try payment.complete(
                .captured(40_00, settlement, reference: "ref/c"), saga: saga(2), at: noon)
                == [.chargeCaptured, .succeeded])
        #expect(payment.amountReceived == 40_00)
        #expect(payment.amountCapturable == 0)
        #expect(payment.charge?.id == chargeID(1), "a capture opens no charge")
    }

    @Test("A decline asks for another payment method and keeps the failed charge")
    func decline() throws {
        var payment = try Payment.made()
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        #expect(
            try payment.fail(self.declined, nextAction: "", saga: saga(1), at: noon)
                == [.chargeFailed, .paymentFailed])
        #expect(payment.status == .requiresPaymentMethod)
        #expect(payment.charge?.status == .failed)
        #expect(payment.lastFailure?.chargeID == chargeID(1))
        _ = try payment.begin(.process, saga: saga(2), chargeID: chargeID(2), at: noon)
        #expect(payment.charge?.id == chargeID(2))
    }

    @Test("A failure that is not the card's returns the payment to where it was")
    func otherFailure() throws {
        var payment = try Payment.made()
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        let expired = Failure(code: "fx_quote_expired", declineCode: "", message: "Expired.")
        _ = try payment.fail(expired, nextAction: "", saga: saga(1), at: noon)
        #expect(payment.status == .requiresConfirmation)
    }

    @Test("An action of the customer is asked for, and is over with the next attempt")
    func requiresAction() throws {
        var payment = try Payment.made()
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        #expect(
            try payment.fail(
                self.declined, nextAction: "authenticate", saga: saga(1), at: noon)
                == [.chargeFailed, .requiresAction])
        #expect(payment.status == .requiresAction)
        #expect(payment.nextAction == "authenticate")
        _ = try payment.begin(.process, saga: saga(2), chargeID: chargeID(2), at: noon)
        #expect(payment.nextAction == "")
    }

    @Test("A capture that fails leaves the money set aside")
    func captureFails() throws {
        var payment = try Payment.made(captureMethod: .manual)
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        _ = try payment.complete(.held(.plain(saga(1)), window: week), saga: saga(1), at: noon)
        _ = try payment.begin(.capture(nil), saga: saga(2), chargeID: chargeID(2), at: noon)
        #expect(try payment.fail(self.declined, nextAction: "", saga: saga(2), at: noon) == [])
        #expect(payment.status == .requiresCapture)
        #expect(payment.charge?.status == .succeeded)
        #expect(payment.activity == nil)
    }

    @Test("Cannot be processed without a payment method")
    func noMethod() throws {
        var payment = try Payment.made(paymentMethod: "")
        #expect(payment.status == .requiresPaymentMethod)
        #expect(throws: PaymentError.paymentMethodMissing) {
            try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        }
    }

    @Test("Parts of a capture follow the currency's step")
    func steps() throws {
        var payment = try Payment.made(10_000, currency: "KWD", captureMethod: .manual)
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        _ = try payment.complete(.held(.plain(saga(1)), window: week), saga: saga(1), at: noon)
        #expect(throws: PaymentError.self) {
            try payment.begin(.capture(5), saga: saga(2), chargeID: chargeID(2), at: noon)
        }
        #expect(throws: Never.self) {
            try payment.begin(.capture(10), saga: saga(2), chargeID: chargeID(2), at: noon)
        }
    }
}

@Suite("All short lives of a payment")
struct PaymentHistoryTests {
    enum Event: CaseIterable {
        case process, capture, cancel, captured, held, canceled, declined, action
    }

    /// Lives 3 × 2 × 16⁴ payments: every sequence of four events by either of two sagas, from each
    /// state that a first attempt leaves. Whatever is refused changes nothing.
    @Test("Only one saga is at work, the ends are final, and each change of status has its event")
    func allHistories() throws {
        let steps = Event.allCases.flatMap { event in [(event, saga(1)), (event, saga(2))] }
        for method in Payment.CaptureMethod.allCases {
            for history in sequences(of: Array(steps.indices), length: 4) {
                var payment = try Payment.made(captureMethod: method)
                for index in history {
                    let (event, saga) = steps[index]
                    let before = payment
                    do {
                        let events = try payment.receive(event, saga: saga)
                        Self.check(before, event, saga, payment, events)
                    } catch {
                        #expect(payment == before)
                    }
                }
            }
        }
    }

    static func check(
        _ before: Payment, _ event: Event, _ saga: SagaID, _ after: Payment,
        _ events: [PaymentEvent]
    ) {
        #expect(before.status != .succeeded && before.status != .canceled, "ends are final")
        #expect(before.activity == nil || before.activity?.sagaID == saga)
        #expect((after.status == .processing) == (after.activity?.work.isProcessing == true))
        let changes = events.filter { $0.rawValue.hasPrefix("payment_intent.") }.count
        #expect(changes <= 1)
        #expect(before.status == after.status || changes == 1)
        #expect(after.amountReceived + after.amountCapturable <= after.amount.minorUnits)
        #expect((after.captureBefore != nil) == (after.status == .requiresCapture))
        #expect(after.nextAction.isEmpty || after.status == .requiresAction)
        #expect((after.amountReceived > 0) == (after.status == .succeeded))
    }
}

extension Payment.Activity.Work {
    var isProcessing: Bool { if case .process = self { true } else { false } }
}

extension Payment {
    fileprivate mutating func receive(
        _ event: PaymentHistoryTests.Event, saga: SagaID
    ) throws(PaymentError) -> [PaymentEvent] {
        let failure = Failure(code: "card_declined", declineCode: "", message: "Declined.")
        switch event {
        case .process:
            return try self.begin(.process, saga: saga, chargeID: chargeID(1), at: noon)
        case .capture:
            return try self.begin(.capture(nil), saga: saga, chargeID: chargeID(1), at: noon)
        case .cancel:
            return try self.begin(.cancel, saga: saga, chargeID: chargeID(1), at: noon)
        case .captured:
            let settlement = try Settlement.plain(self.amount)
            return try self.complete(
                .captured(100_00, settlement, reference: "ref/c"), saga: saga, at: noon)
        case .held:
            return try self.complete(.held(.plain(saga), window: week), saga: saga, at: noon)
        case .canceled: return try self.complete(.canceled(nil), saga: saga, at: noon)
        case .declined: return try self.fail(failure, nextAction: "", saga: saga, at: noon)
        case .action: return try self.fail(failure, nextAction: "3ds", saga: saga, at: noon)
        }
    }
}
