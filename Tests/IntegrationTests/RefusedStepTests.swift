import Messages
import RPC
import Stubs
import Testing

/// Every step of every saga that can be refused is refused in turn. What was done before it is
/// undone, what comes after it never happens.
@Suite("A refused step")
struct RefusedStepTests {
    /// How far a saga came, by the names of its steps.
    private func names(_ saga: SagaV1.Saga, _ status: SagaV1.StepStatus) -> [String] {
        saga.steps.filter { $0.status == status }.map(\.name)
    }

    private func script(
        _ kind: AcquirerV1.EffectKind, _ behavior: AcquirerV1.Behavior, on paymentID: String,
        _ system: RunningSystem
    ) async throws {
        _ = try await system.acquirer.addScript(
            .init(
                script: .init(
                    kind: kind, referencePrefix: paymentID + "/", behavior: behavior, remaining: 1))
        )
    }

    @Test("A payment that is not open is refused before anything is done")
    func begin() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "10.00 USD"))
        try await system.cancel(payment.id)
        let error = await #expect(throws: RPCError.self) { try await system.process(payment.id) }
        #expect(error?.reason == .paymentIntentUnexpectedState)
        #expect(try await system.postings(of: payment.id) == Postings([]))
    }

    @Test("A quote that was used is refused and the payment can be tried again")
    func lockQuote() async throws {
        let system = try await SharedSystem.get()
        let quote = try await system.rates.createQuote(
            .init(idempotencyKey: RunningSystem.key(), from: .init("10.00 USD"), toCurrency: "EUR")
        ).quote.required()
        var order = Order(amount: "10.00 USD", settlement: "EUR")
        order.quoteID = quote.id
        let first = try await system.create(order)
        #expect(try await system.process(first.id).status == .succeeded)
        let second = try await system.create(order)
        let saga = try await system.process(second.id)
        #expect(saga.status == .compensated)
        #expect(saga.failure?.code == "fx_quote_used")
        #expect(self.names(saga, .compensated) == ["begin"])
        // The card is not to blame: the payment is as it was before.
        #expect(try await system.payment(second.id).status == .requiresConfirmation)
        #expect(try await system.postings(of: second.id) == Postings([]))
    }

    @Test("A declined authorization voids the hold, releases the quote and reopens the payment")
    func authorize() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(
            Order(
                amount: "10.00 USD", method: "pm_card_visa_chargeDeclined", capture: .manual,
                settlement: "EUR"))
        let saga = try await system.process(payment.id)
        #expect(saga.failure?.step == "authorize")
        #expect(self.names(saga, .compensated) == ["begin", "lock_quote", "hold"])
        #expect(self.names(saga, .pending) == ["capture", "post", "consume_quote"])
        #expect(try await system.postings(of: payment.id) == Postings([]))
    }

    @Test("A declined purchase voids the hold, releases the quote and reopens the payment")
    func purchase() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "10.00 USD", settlement: "EUR"))
        try await self.script(.purchase, .decline, on: payment.id, system)
        let saga = try await system.process(payment.id)
        #expect(saga.failure?.step == "capture")
        #expect(self.names(saga, .compensated) == ["begin", "lock_quote", "hold"])
        #expect(self.names(saga, .pending) == ["post", "consume_quote"])
        #expect(try await system.effects(of: payment.id).map(\.kind) == [.purchase])
        #expect(try await system.postings(of: payment.id) == Postings([]))
    }

    @Test("A declined late capture leaves the money held, to be captured again")
    func manualCapture() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "10.00 USD", capture: .manual))
        try await system.process(payment.id)
        try await self.script(.capture, .decline, on: payment.id, system)
        #expect(try await system.capture(payment.id).status == .compensated)
        #expect(try await system.payment(payment.id).status == .requiresCapture)
        #expect(try await system.postings(of: payment.id).held["acquirer/USD"] == -10_00)
        #expect(try await system.capture(payment.id).status == .succeeded)
        #expect(try await system.payment(payment.id).status == .succeeded)
    }

    @Test("A refused void leaves the money held, to be canceled again")
    func void() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "10.00 USD", capture: .manual))
        try await system.process(payment.id)
        try await self.script(.void, .decline, on: payment.id, system)
        #expect(try await system.cancel(payment.id).status == .compensated)
        #expect(try await system.payment(payment.id).status == .requiresCapture)
        #expect(try await system.cancel(payment.id).status == .succeeded)
        #expect(try await system.postings(of: payment.id) == Postings([]))
    }

    @Test("A refund that the acquirer refuses gives its reservation back")
    func submit() async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: "10.00 USD")
        let payment = try await system.create(order)
        try await system.process(payment.id)
        let before = try await system.postings(of: payment.id)
        try await self.script(.refund, .decline, on: payment.id, system)
        let saga = try await system.refund(payment.id, "4.00 USD")
        #expect(saga.status == .compensated)
        #expect(saga.failure?.step == "submit")
        #expect(try await system.postings(of: payment.id) == before)
        let refund = try await system.refunds.getRefund(.init(refundID: saga.refundID)).refund
        #expect(refund?.status == .failed)
        #expect(try await system.payment(payment.id).amountRefunded == 0)
        // All of it can still be refunded.
        #expect(try await system.refund(payment.id, "10.00 USD").status == .succeeded)
    }

    @Test("A refund that fails after a while is put back as well")
    func pendingThenFailed() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(
            Order(amount: "10.00 USD", method: "pm_card_refundFail"))
        try await system.process(payment.id)
        let before = try await system.postings(of: payment.id)
        #expect(try await system.refund(payment.id).status == .compensated)
        #expect(try await system.postings(of: payment.id) == before)
    }

    @Test("A merchant's floor stops the hold, and the refund that would break it")
    func floor() async throws {
        let system = try await SharedSystem.get()
        let order = Order(amount: "10.00 USD")
        try await system.setFloor(merchant: order.merchant, currency: "USD")
        let payment = try await system.create(order)
        // The fee is held from a merchant who has nothing yet.
        let saga = try await system.process(payment.id)
        #expect(saga.status == .compensated)
        #expect(saga.failure?.step == "hold")
        #expect(saga.failure?.code == "balance_insufficient")
        #expect(try await system.postings(of: payment.id) == Postings([]))
    }

    @Test("A refund above what is left is refused before anything is done")
    func reserve() async throws {
        let system = try await SharedSystem.get()
        let payment = try await system.create(Order(amount: "10.00 USD"))
        try await system.process(payment.id)
        let error = await #expect(throws: RPCError.self) {
            try await system.refund(payment.id, "10.01 USD")
        }
        #expect(error?.violations.map(\.field) == ["amount"])
        #expect(try await system.payment(payment.id).amountRefunded == 0)
    }
}
