internal import FXCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import SagaEngine
internal import SettlementCore

/// On what terms one payment is settled, and the ledger lines that follow from them.
struct SettledPayment: Sendable {
    let terms: PaymentV1.HoldTerms
    let plan: SettlementPlan

    /// - Throws: ``FXError``, ``MoneyError`` or ``BrokenContract`` for terms that make no plan.
    init(payment: PaymentV1.Payment, terms: PaymentV1.HoldTerms) throws {
        guard let amount = payment.amount else { throw BrokenContract("a payment has an amount") }
        let currency = try Currency.named(amount.currency)
        self.terms = terms
        self.plan = try SettlementPlan(
            merchant: payment.merchantID, amount: Money(terms.amount, currency),
            feeBasisPoints: terms.feeBasisPoints, exchange: try terms.exchange(from: currency))
    }

    /// What that much of the payment comes to for the merchant.
    ///
    /// - Parameter captured: Minor units of the payment's currency.
    /// - Throws: ``FXError``.
    func settlement(captured: Int64) throws -> PaymentV1.Settlement {
        let settlement = try plan.settlement(captured: captured)
        return PaymentV1.Settlement(
            gross: CommonV1.Money(settlement.gross), spread: settlement.spread.minorUnits,
            fee: settlement.fee.minorUnits, net: settlement.net.minorUnits,
            exchangeRate: try plan.exchange?.midRate.description ?? "", quoteID: terms.quoteID)
    }
}

extension StepContext {
    /// The terms of the payment that this saga holds, captures or releases: those of the hold if
    /// an earlier saga made it, else those that this saga holds on.
    func settledPayment(
        _ begun: PaymentV1.BeginAttemptResponse
    ) async throws -> SettledPayment {
        guard let payment = begun.payment, let amount = payment.amount else {
            throw BrokenContract("BeginAttempt answers with the payment")
        }
        if let terms = begun.terms { return try SettledPayment(payment: payment, terms: terms) }
        var terms = PaymentV1.HoldTerms(
            holdSagaID: record.id.description, amount: amount.minorUnits,
            feeBasisPoints: input.feeBasisPoints, settlementCurrency: amount.currency)
        if let quote = try await lockedQuote(for: payment) {
            terms.quoteID = quote.id
            terms.settlementCurrency = payment.settlementCurrency
            terms.paymentCurrencyFactor = quote.fromFactor
            terms.settlementCurrencyFactor = quote.toFactor
            terms.spreadBasisPoints = quote.spreadBasisPoints
        }
        return try SettledPayment(payment: payment, terms: terms)
    }
}

extension PaymentV1.HoldTerms {
    fileprivate func exchange(from currency: Currency) throws -> QuoteTerms? {
        guard !quoteID.isEmpty else { return nil }
        return try QuoteTerms(
            from: currency, to: try Currency.named(settlementCurrency),
            fromFactor: try DecimalNumber(parsing: paymentCurrencyFactor),
            toFactor: try DecimalNumber(parsing: settlementCurrencyFactor),
            spreadBasisPoints: spreadBasisPoints)
    }
}

extension CommonV1.Money {
    init(_ money: Money) {
        self.init(minorUnits: money.minorUnits, currency: money.currency.code)
    }
}

extension Money {
    /// - Throws: ``BrokenContract`` for an absent amount, ``MoneyError`` for an unknown currency.
    init(_ message: CommonV1.Money?) throws {
        guard let message else { throw BrokenContract("an amount is missing") }
        self.init(message.minorUnits, try Currency.named(message.currency))
    }
}
