import Messages
import RPC
import Stubs
import Testing

/// Real processes, real sockets, a real database: what a caller sees and what the books say.
@Suite("A payment's life")
struct LifecycleTests {
    @Test("Is created, processed, looked up and refunded in full")
    func fullCircle() async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: "100.00 USD")
        let created = try await system.create(order)
        #expect(created.status == .requiresConfirmation)
        #expect(try await system.process(created.id).status == .succeeded)

        let paid = try await system.payment(created.id)
        #expect(paid.status == .succeeded)
        #expect(paid.amountReceived == 100_00)
        #expect(paid.latestCharge?.settlement?.net == 97_10)
        let merchant = "merchant:\(order.merchant)/USD"
        #expect(
            try await system.postings(of: created.id).posted
                == ["acquirer/USD": -100_00, merchant: 97_10, "fees/USD": 2_90])

        #expect(try await system.refund(created.id).status == .succeeded)
        let refunded = try await system.payment(created.id)
        #expect(refunded.amountRefunded == 100_00)
        #expect(refunded.latestCharge?.refunded == true)
        // Fees are not returned.
        #expect(
            try await system.postings(of: created.id).posted
                == [merchant: -2_90, "fees/USD": 2_90])
    }

    @Test(
        "Keeps each currency's own minor unit",
        arguments: [
            ("5000 JPY", 5000, 145), ("12.500 KWD", 12_500, 362), ("100.00 EUR", 100_00, 290),
        ])
    func currencies(amount: String, minorUnits: Int64, fee: Int64) async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: amount)
        let payment = try await system.create(order)
        #expect(try await system.process(payment.id).status == .succeeded)
        let posted = try await system.postings(of: payment.id).posted
        let currency = amount.suffix(3)
        #expect(posted["acquirer/\(currency)"] == -minorUnits)
        #expect(posted["fees/\(currency)"] == fee)
        #expect(posted["merchant:\(order.merchant)/\(currency)"] == minorUnits - fee)
    }

    @Test("Settles in another currency at a locked quote, spread and fee as lines of their own")
    func exchange() async throws {
        let system = try await SharedSystem.get()
        let quote = try await system.rates.createQuote(
            .init(
                idempotencyKey: RunningSystem.key(), from: .init("250.00 USD"), toCurrency: "EUR")
        ).quote.required()
        var order = Order(amount: "250.00 USD", settlement: "EUR")
        order.quoteID = quote.id
        let payment = try await system.create(order)
        #expect(try await system.process(payment.id).status == .succeeded)

        let gross = try quote.gross.required().minorUnits
        let spread = try quote.spread.required().minorUnits
        let settlement = try await system.payment(payment.id).latestCharge?.settlement.required()
        #expect(settlement?.gross?.minorUnits == gross)
        #expect(settlement?.spread == spread)
        let fee = try settlement.required().fee
        let postings = try await system.postings(of: payment.id)
        #expect(
            postings.posted == [
                "acquirer/USD": -250_00, "fx/USD": 250_00, "fx/EUR": -gross,
                "fx_spread/EUR": spread, "fees/EUR": fee,
                "merchant:\(order.merchant)/EUR": gross - spread - fee,
            ])
        #expect(
            try await system.rates.getQuote(.init(quoteID: quote.id)).quote?.status == .consumed)
    }

    @Test("Holds, then captures a part and releases the rest")
    func partialCapture() async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: "80.00 USD", capture: .manual)
        let payment = try await system.create(order)
        #expect(try await system.process(payment.id).status == .succeeded)
        let held = try await system.payment(payment.id)
        #expect(held.status == .requiresCapture)
        #expect(held.amountCapturable == 80_00)
        let postings = try await system.postings(of: payment.id)
        #expect(postings.posted.isEmpty, "held money never counts as available")
        #expect(postings.held["acquirer/USD"] == -80_00)

        #expect(try await system.capture(payment.id, "30.00 USD").status == .succeeded)
        let captured = try await system.payment(payment.id)
        #expect(captured.status == .succeeded)
        #expect(captured.amountReceived == 30_00)
        #expect(captured.amountCapturable == 0)
        let after = try await system.postings(of: payment.id)
        #expect(after.held.isEmpty)
        #expect(after.posted["acquirer/USD"] == -30_00)
    }

    @Test("Is canceled and gives back what was held")
    func cancel() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "80.00 USD", capture: .manual))
        try await system.process(payment.id)
        #expect(try await system.cancel(payment.id).status == .succeeded)
        let canceled = try await system.payment(payment.id)
        #expect(canceled.status == .canceled)
        #expect(canceled.cancellationReason == "requested_by_customer")
        let postings = try await system.postings(of: payment.id)
        #expect(postings.held.isEmpty && postings.posted.isEmpty)
        #expect(try await system.effects(of: payment.id).map(\.kind) == [.authorize, .void])
    }

    @Test("Is refunded in several parts that add up, and never beyond")
    func severalRefunds() async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: "100.00 USD", settlement: "EUR")
        let payment = try await system.create(order)
        try await system.process(payment.id)
        for part in ["33.33 USD", "33.33 USD", "33.34 USD"] {
            #expect(try await system.refund(payment.id, part).status == .succeeded)
        }
        let error = await #expect(throws: RPCError.self) {
            try await system.refund(payment.id, "0.01 USD")
        }
        #expect(error?.reason == .chargeAlreadyRefunded)
        let postings = try await system.postings(of: payment.id)
        #expect(postings.posted["acquirer/USD"] == nil, "all of it went back")
        #expect(postings.posted["fx/EUR"] == nil, "the shares add up to the gross")
    }

    @Test(
        "Is declined with the network's reason, and leaves the books as they were",
        arguments: [
            ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card", ""),
            ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", ""),
        ])
    func declined(method: String, code: String, declineCode: String) async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "20.00 USD", method: method))
        let saga = try await system.process(payment.id)
        #expect(saga.status == .compensated)
        let declined = try await system.payment(payment.id)
        #expect(declined.status == .requiresPaymentMethod)
        #expect(declined.lastFailure?.code == code)
        #expect(declined.lastFailure?.declineCode == declineCode)
        let postings = try await system.postings(of: payment.id)
        #expect(postings.held.isEmpty && postings.posted.isEmpty)
    }

    @Test(
        "Ends right when the acquirer does not answer in time",
        arguments: [
            ("pm_card_answersLate", SagaV1.SagaStatus.succeeded),
            ("pm_card_neverAnswers", .succeeded),
            ("pm_card_requestLost", .compensated),
        ])
    func inDoubt(method: String, end: SagaV1.SagaStatus) async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "20.00 USD", method: method))
        let saga = try await system.process(payment.id)
        #expect(saga.status == end)
        let shown = try await system.admin.showSaga(.init(sagaID: saga.id))
        #expect(shown.events.contains { $0.type == "in_doubt" && $0.step == "capture" })
        let purchases = try await system.effects(of: payment.id)
            .filter { $0.kind == .purchase && $0.status == .approved }
        #expect(purchases.count == (end == .succeeded ? 1 : 0))
    }
}
