internal import Messages

extension Tour {
    func importRates() async throws {
        self.chapter("Exchange rates: a sample file in the format of the European Central Bank")
        try await self.type("fx import \(self.sample) --sample-day today")
        try await self.type("fx rates")
    }

    func payAndRefundDollars() async throws {
        self.chapter("A payment of $100: created, processed, looked up, refunded")
        let before = try await self.balance("merchant:acme", "USD")
        let created = try await self.type(
            "payment create 100.00 USD --merchant acme --description \"order 1\"")
        let id = try self.id("pi", in: created)
        try await self.type("payment process \(id)")
        try await self.type("payment get \(id)")
        let paid = try await self.payment(id)
        try self.check(
            "the payment has succeeded with 100.00 USD received",
            paid.status == .succeeded && paid.amountReceived == 100_00)
        let gained = try await self.balance("merchant:acme", "USD") - before
        try self.check(
            "acme has 100.00 USD less the fee",
            gained == paid.latestCharge?.settlement?.net)
        try await self.type("ledger transfers --payment \(id)")

        try await self.type("refund create \(id) 40.00 USD --reason requested_by_customer")
        try await self.type("refund create \(id)")
        try await self.type("refund create \(id)", ends: .refused)
        let refunded = try await self.payment(id)
        try self.check(
            "all of it is refunded, in two parts, and no third is possible",
            refunded.amountRefunded == 100_00)
        try await self.type("refund list --payment \(id)")
    }

    func payInCurrenciesWithOtherDecimals() async throws {
        self.chapter("Currencies without decimals, and with three")
        for (amount, minorUnits) in [("5000 JPY", Int64(5_000)), ("12.340 KWD", 12_340)] {
            let id = try self.id(
                "pi", in: try await self.type("payment create \(amount) --merchant acme"))
            try await self.type("payment process \(id)")
            let payment = try await self.payment(id)
            try self.check(
                "\(amount) are \(minorUnits) minor units, all received",
                payment.status == .succeeded && payment.amountReceived == minorUnits)
        }
        try await self.type("payment create 0.5 JPY --merchant acme", ends: .usage)
        try await self.type("payment create ¥5000 --merchant acme", ends: .usage)
    }

    func settleInEuros() async throws {
        self.chapter("A payment in dollars for a merchant who is paid in euros, at a locked quote")
        let before = try await self.balance("merchant:bistro", "EUR")
        let quote = try self.id("qt", in: try await self.type("fx quote 80.00 USD --to EUR"))
        let id = try self.id(
            "pi",
            in: try await self.type(
                "payment create 80.00 USD --merchant bistro --settle-in EUR --quote \(quote)"))
        try await self.type("payment process \(id)")
        let payment = try await self.payment(id)
        let gained = try await self.balance("merchant:bistro", "EUR") - before
        try self.check(
            "bistro has euros: what the quote says, less the fee",
            payment.status == .succeeded && gained > 0
                && gained == payment.latestCharge?.settlement?.net)
        try await self.type("ledger transfers --payment \(id)")
        try await self.type("refund create \(id) 20.00 USD")
        let after = try await self.payment(id)
        try self.check(
            "a quarter of it is refunded at the payment's own rate",
            after.amountRefunded == 20_00)
        try await self.type("ledger balance merchant:bistro")
    }

    func captureAPart() async throws {
        self.chapter("Set aside now, taken later, and only in part")
        let id = try self.id(
            "pi",
            in: try await self.type("payment create 50.00 USD --merchant acme --capture manual"))
        try await self.type("payment process \(id)")
        let held = try await self.payment(id)
        try self.check(
            "50.00 USD are set aside and none is taken",
            held.status == .requiresCapture && held.amountCapturable == 50_00
                && held.amountReceived == 0)
        try await self.type("payment capture \(id) 30.00 USD")
        let captured = try await self.payment(id)
        try self.check(
            "30.00 USD are taken and the rest is released",
            captured.status == .succeeded && captured.amountReceived == 30_00
                && captured.amountCapturable == 0)
    }
}
