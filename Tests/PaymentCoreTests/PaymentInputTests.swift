import FieldRules
import Identifiers
import Money
import PaymentCore
import Testing

@Suite("What is asked of a payment")
struct PaymentInputTests {
    func draft(
        merchant: String = "acme", minorUnits: Int64 = 100_00, currency: String = "USD",
        method: String = "", settlement: String = "", quote: String = "", description: String = "",
        metadata: [Metadata.Entry] = []
    ) throws(PaymentError) -> PaymentDraft {
        try PaymentDraft(
            merchantID: merchant, captureMethod: .automatic,
            input: PaymentInput(
                amount: PaymentInput.Amount(minorUnits: minorUnits, currency: currency),
                paymentMethod: method, settlementCurrency: settlement, quoteID: quote,
                description: description, metadata: metadata),
            limits: limits)
    }

    @Test("Everything given, everything kept")
    func whole() throws {
        let entry = Metadata.Entry(key: "order", value: "7")
        let draft = try self.draft(
            method: "pm_card_visa", settlement: "EUR", quote: "\(quote)", description: "Tea",
            metadata: [entry])
        #expect(draft.details.amount == Money(100_00, .usd))
        #expect(draft.details.settlementCurrency == .eur)
        #expect(draft.details.quoteID == quote)
        #expect(draft.details.metadata.entries == [entry])
    }

    @Test("Each field at fault is named")
    func fields() {
        func field(_ make: () throws(PaymentError) -> PaymentDraft) -> String? {
            do {
                _ = try make()
            } catch {
                if case .invalid(let error) = error { return error.field }
            }
            return nil
        }
        #expect(
            field { () throws(PaymentError) in try self.draft(merchant: "a/b") } == "merchant_id")
        #expect(field { () throws(PaymentError) in try self.draft(minorUnits: 0) } == "amount")
        #expect(field { () throws(PaymentError) in try self.draft(minorUnits: -5) } == "amount")
        #expect(
            field { () throws(PaymentError) in try self.draft(minorUnits: 1005, currency: "KWD") }
                == "amount", "three decimals, the last a zero")
        #expect(
            field { () throws(PaymentError) in try self.draft(currency: "ZZZ") }
                == "amount.currency")
        #expect(
            field { () throws(PaymentError) in try self.draft(method: "pm_unheardOf") }
                == "payment_method")
        #expect(
            field { () throws(PaymentError) in try self.draft(settlement: "EURO") }
                == "settlement_currency")
        #expect(
            field { () throws(PaymentError) in try self.draft(settlement: "EUR", quote: "pi_1") }
                == "quote_id")
        #expect(
            field { () throws(PaymentError) in try self.draft(quote: "\(quote)") }
                == "settlement_currency", "a quote needs to know where it exchanges to")
        #expect(
            field { () throws(PaymentError) in
                try self.draft(description: String(repeating: "d", count: 1001))
            } == "description")
        #expect(
            field { () throws(PaymentError) in
                try self.draft(metadata: [Metadata.Entry(key: "[", value: "")])
            } == "metadata[0].key")
    }

    @Test("Too small and too large have names of their own")
    func limitsOfAmounts() {
        #expect(throws: PaymentError.amountTooSmall("the smallest amount is 0.50 USD")) {
            try self.draft(minorUnits: 49)
        }
        #expect(throws: PaymentError.amountTooLarge("the largest amount is 999999.99 USD")) {
            try self.draft(minorUnits: 100_000_000)
        }
        #expect(throws: PaymentError.amountTooLarge("the largest amount is 999999.99 USD")) {
            try self.draft(minorUnits: .max)
        }
    }

    func change(_ fields: [String], _ input: PaymentInput) throws(PaymentError) -> PaymentChange {
        try PaymentChange(fields: fields, input: input, limits: limits)
    }

    @Test("A payment method makes an open payment ready")
    func setsMethod() throws {
        var payment = try Payment.made(paymentMethod: "")
        let change = try self.change(
            ["payment_method"], PaymentInput(amount: nil, paymentMethod: "pm_card_visa"))
        #expect(try payment.update(change, at: noon) == [.updated])
        #expect(payment.status == .requiresConfirmation)
    }

    @Test("Money changes only before it moves, notes always")
    func changesWhen() throws {
        var payment = try Payment.made()
        let money = try self.change(
            ["amount"],
            PaymentInput(amount: PaymentInput.Amount(minorUnits: 60, currency: "USD")))
        let notes = try self.change(
            ["description", "metadata"], PaymentInput(amount: nil, description: "later"))
        _ = try payment.begin(.process, saga: saga(1), chargeID: chargeID(1), at: noon)
        #expect(throws: PaymentError.busy) { try payment.update(money, at: noon) }
        _ = try payment.update(notes, at: noon)
        #expect(payment.status == .processing)
        let settlement = try Settlement.plain(payment.amount)
        _ = try payment.complete(
            .captured(100_00, settlement, reference: "ref/c"), saga: saga(1), at: noon)
        #expect(throws: PaymentError.unexpectedState(.succeeded)) {
            try payment.update(money, at: noon)
        }
        _ = try payment.update(notes, at: noon)
        #expect(payment.details.description == "later")
    }

    @Test("Fields that are unknown, named twice or missing are refused")
    func fieldNames() {
        for fields in [[], ["status"], ["amount", "amount"], ["Amount"]] {
            #expect(throws: PaymentError.self) {
                try self.change(
                    fields,
                    PaymentInput(amount: PaymentInput.Amount(minorUnits: 60, currency: "USD")))
            }
        }
    }

    @Test("A settlement must add up")
    func settlement() {
        #expect(throws: PaymentError.self) {
            try Settlement(
                gross: Money(100, .eur), spread: 1, fee: 2, net: 98, exchangeRate: "",
                quoteID: nil)
        }
        #expect(throws: PaymentError.self) {
            try Settlement(
                gross: Money(.max, .eur), spread: .max, fee: .max, net: .min, exchangeRate: "",
                quoteID: nil)
        }
    }
}
