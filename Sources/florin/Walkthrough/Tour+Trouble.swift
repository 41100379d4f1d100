internal import Messages
internal import ServiceKit

extension Tour {
    func decline() async throws {
        self.chapter("A card that is declined: what was done is undone, step by step")
        let before = try await self.balance("merchant:acme", "USD")
        let id = try self.id(
            "pi",
            in: try await self.type(
                "payment create 25.00 USD --merchant acme "
                    + "--payment-method pm_card_visa_chargeDeclinedInsufficientFunds"))
        try await self.type("payment process \(id)", ends: .refused)
        let saga = try await self.saga(of: id)
        try await self.type("saga show \(saga.id)")
        let payment = try await self.payment(id)
        try self.check(
            "the saga is compensated and the payment can be tried again",
            saga.status == .compensated && payment.status == .requiresPaymentMethod
                && payment.lastFailure?.declineCode == "insufficient_funds")
        let after = try await self.balance("merchant:acme", "USD")
        try self.check("no money has moved", after == before)
        try await self.type("acquirer effects --reference \(id)")
    }

    func settleWhatWasNeverAnswered() async throws {
        self.chapter("An acquirer that does what it was asked, and never answers")
        self.note("In doubt nothing is tried twice: the acquirer is asked what it has done.")
        let id = try self.id(
            "pi",
            in: try await self.type(
                "payment create 60.00 USD --merchant acme --payment-method pm_card_neverAnswers"))
        try await self.type("payment process \(id) --timeout 90s")
        let payment = try await self.payment(id)
        try self.check(
            "the payment has succeeded all the same, once",
            payment.status == .succeeded && payment.amountReceived == 60_00)
        try await self.type("saga show \(self.saga(of: id).id)")
        try await self.type("acquirer effects --reference \(id)")
    }

    func closeTheBooks() async throws {
        self.chapter("The books")
        try await self.type("payment list --limit 7")
        try await self.type("ledger accounts --limit 100")
        try await self.type("ledger trial-balance")
        let lines = try await self.trialBalance()
        try self.check(
            "every currency comes to zero: \(lines.map(\.currency).joined(separator: ", "))",
            !lines.isEmpty && lines.allSatisfy(\.isInBalance))
        let pending = lines.reduce(0) { $0 + $1.debitsPending + $1.creditsPending }
        try self.check("nothing is left pending", pending == 0)
    }
}
