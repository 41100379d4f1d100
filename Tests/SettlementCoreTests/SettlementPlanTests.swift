internal import FXCore
internal import Money
internal import SettlementCore
internal import Testing

@Suite("SettlementPlan")
struct SettlementPlanTests {
    private static func decimal(_ text: String) throws -> DecimalNumber {
        try DecimalNumber(parsing: text)
    }

    @Test("Holds a payment settled in its own currency")
    func ownCurrency() throws {
        let plan = try SettlementPlan(
            merchant: "acme", amount: Money(100_00, .usd), feeBasisPoints: 290)
        #expect(
            try plan.hold() == [
                SettlementLine(
                    debit: .acquirer, credit: .merchant("acme"), amount: Money(100_00, .usd),
                    purpose: .payment),
                SettlementLine(
                    debit: .merchant("acme"), credit: .fees, amount: Money(2_90, .usd),
                    purpose: .fee),
            ])
        #expect(
            try plan.post(captured: 40_00) == [
                .post(lineIndex: 0, amount: Money(40_00, .usd)),
                .post(lineIndex: 1, amount: Money(1_16, .usd)),
            ])
        #expect(try plan.void() == [.void(lineIndex: 0), .void(lineIndex: 1)])
        #expect(AccountRef.merchant("acme").name == "merchant:acme")
    }

    @Test("Holds an exchanged payment, and voids the residue that a part does not have")
    func exchanged() throws {
        let terms = try QuoteTerms(
            from: .usd, to: .kwd, fromFactor: Self.decimal("1"), toFactor: Self.decimal("0.3075"),
            spreadBasisPoints: 50)
        let plan = try SettlementPlan(
            merchant: "m", amount: Money(100_00, .usd), feeBasisPoints: 100, exchange: terms)
        // 30.750 KWD gross, 0.154 spread, 30.596 left, paid out as 30.600.
        let lines = try plan.hold()
        #expect(lines.map(\.purpose) == [.payment, .exchange, .spread, .fee, .residue])
        #expect(lines.map(\.amount.minorUnits) == [100_00, 30_750, 154, 308, 4])
        #expect(lines[4].debit == .rounding)
        // 15.375 gross, 0.077 spread, 15.298 left, paid out as 15.300: 2 more.
        #expect(
            try plan.post(captured: 50_00) == [
                .post(lineIndex: 0, amount: Money(50_00, .usd)),
                .post(lineIndex: 1, amount: Money(15_375, .kwd)),
                .post(lineIndex: 2, amount: Money(77, .kwd)),
                .post(lineIndex: 3, amount: Money(154, .kwd)),
                .post(lineIndex: 4, amount: Money(2, .kwd)),
            ])
    }

    @Test("Refuses to capture nothing, or more than was held", arguments: [0, -1, 101, .max])
    func captureOutOfRange(captured: Int64) throws {
        let plan = try SettlementPlan(
            merchant: "m", amount: Money(100, .jpy), feeBasisPoints: 0)
        let error = #expect(throws: FXError.self) { try plan.post(captured: captured) }
        #expect(error?.code == .amountOutOfRange)
    }

    @Test("Gives back through the accounts that the payment came by")
    func refunds() throws {
        let same = try SettlementPlan.refund(
            merchant: "m", amount: Money(5, .usd), share: Money(5, .usd))
        #expect(same.map(\.debit) == [.merchant("m")])
        #expect(same.map(\.credit) == [.acquirer])
        let exchanged = try SettlementPlan.refund(
            merchant: "m", amount: Money(10_00, .usd), share: Money(9_20, .eur))
        #expect(exchanged.map(\.debit) == [.merchant("m"), .fx])
        #expect(exchanged.map(\.credit) == [.fx, .acquirer])
        #expect(exchanged.map(\.amount) == [Money(9_20, .eur), Money(10_00, .usd)])
        #expect(throws: FXError.self) {
            try SettlementPlan.refund(merchant: "m", amount: Money(5, .usd), share: Money(4, .usd))
        }
        #expect(throws: FXError.self) {
            try SettlementPlan.refund(merchant: "m", amount: Money(0, .usd), share: Money(0, .usd))
        }
        let terms = try QuoteTerms(
            from: .usd, to: .eur, fromFactor: Self.decimal("1.25"), toFactor: .one,
            spreadBasisPoints: 50)
        let current = try SettlementPlan.refund(
            merchant: "m", amount: Money(10_00, .usd), terms: terms)
        #expect(current[0].amount == Money(8_00, .eur), "at mid: no spread on what is given back")
        let reversal = SettlementPlan.refundReversal(of: current)
        #expect(Books(current + reversal).balances.values.allSatisfy { $0 == 0 })
    }

    @Test("Balances every chain and pays the merchant what is said, for random payments")
    func properties() throws {
        var random = SplitMix64(seed: 88_172_645)
        let currencies: [Currency] = [.usd, .eur, .jpy, .kwd, .isk, .bhd, .gbp]
        for _ in 0..<4_000 {
            let plan = try Self.plan(from: currencies, using: &random)
            let amount = plan.amount.minorUnits
            let held = try plan.hold()
            #expect(held.allSatisfy { $0.amount.minorUnits > 0 })
            for captured in [amount, Int64.random(in: 1...amount, using: &random)] {
                let made = try Self.made(plan.post(captured: captured), of: held)
                let books = Books(made)
                let settlement = try plan.settlement(captured: captured)
                let settled = plan.settlementCurrency
                #expect(books.isBalanced, "seed \(random.seed)")
                #expect(
                    books.credit(.merchant("m"), settled) == settlement.net.minorUnits,
                    "seed \(random.seed): \(plan)")
                #expect(books.credit(.acquirer, plan.amount.currency) == -captured)
                #expect(books.credit(.fees, settled) == settlement.fee.minorUnits)
                #expect(books.credit(.fxSpread, settled) == settlement.spread.minorUnits)
                #expect(books.credit(.rounding, settled) == settlement.residue.minorUnits)
                #expect(
                    settlement.gross.minorUnits
                        == settlement.net.minorUnits + settlement.fee.minorUnits
                        + settlement.spread.minorUnits + settlement.residue.minorUnits)
            }
        }
    }

    private static func plan(
        from currencies: [Currency], using random: inout SplitMix64
    ) throws -> SettlementPlan {
        let from = currencies[Int.random(in: 0..<currencies.count, using: &random)]
        let to = currencies[Int.random(in: 0..<currencies.count, using: &random)]
        let terms =
            from == to
            ? nil
            : try QuoteTerms(
                from: from, to: to,
                fromFactor: DecimalNumber(
                    mantissa: Int128.random(in: 1...2_000_000, using: &random), scale: 4),
                toFactor: DecimalNumber(
                    mantissa: Int128.random(in: 1...2_000_000, using: &random), scale: 4),
                spreadBasisPoints: Int64.random(in: 0...300, using: &random))
        return try SettlementPlan(
            merchant: "m", amount: Money(Int64.random(in: 1...5_000_000, using: &random), from),
            feeBasisPoints: Int64.random(in: 0...500, using: &random), exchange: terms)
    }

    /// The transfers that are made in the end, each post within what was held.
    private static func made(
        _ steps: [PostStep], of held: [SettlementLine]
    ) -> [SettlementLine] {
        var settled: Set<Int> = []
        let lines = steps.compactMap { step -> SettlementLine? in
            switch step {
            case .post(let index, let amount):
                let line = held[index]
                #expect(amount.minorUnits > 0 && amount.currency == line.amount.currency)
                #expect(amount.minorUnits <= line.amount.minorUnits)
                #expect(settled.insert(index).inserted)
                return SettlementLine(
                    debit: line.debit, credit: line.credit, amount: amount, purpose: line.purpose)
            case .void(let index):
                #expect(settled.insert(index).inserted)
                return nil
            case .direct(let line):
                #expect(line.purpose == .residue, "only a residue may grow")
                return line
            }
        }
        #expect(settled == Set(held.indices), "no hold is left standing")
        return lines
    }
}

/// Sums transfers up: a model of the ledger.
private struct Books {
    struct Key: Hashable {
        let account: AccountRef
        let currency: Currency
    }

    private(set) var balances: [Key: Int64] = [:]

    init(_ lines: [SettlementLine]) {
        for line in lines {
            let currency = line.amount.currency
            self.balances[Key(account: line.debit, currency: currency), default: 0] -=
                line.amount.minorUnits
            self.balances[Key(account: line.credit, currency: currency), default: 0] +=
                line.amount.minorUnits
        }
    }

    func credit(_ account: AccountRef, _ currency: Currency) -> Int64 {
        self.balances[Key(account: account, currency: currency), default: 0]
    }

    /// Every currency sums to zero, and our position changes by what was exchanged only.
    var isBalanced: Bool {
        Dictionary(grouping: self.balances, by: \.key.currency).values
            .allSatisfy { $0.reduce(0) { $0 + $1.value } == 0 }
    }
}
