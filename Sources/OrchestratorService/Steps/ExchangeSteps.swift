internal import FXCore
internal import Messages
internal import Money
internal import RPC
internal import SagaCore
internal import Stubs

/// Steps that the fx service carries out.
extension FlowStep {
    /// Locks the payment's quote, or a new one, if the merchant is paid in another currency.
    static let lockQuoteOfPayment = compensatable("lock_quote") { context in
        guard let payment = try await context.begun().payment,
            let request = context.quoteRequest(for: payment)
        else { return .notNeeded }
        return .done(try await context.participants.fx.lockQuote(request, options: context.options))
    } undo: { context in
        try await context.releaseLockedQuote()
    }

    /// Locks a new quote if the refund is to be charged at today's rate.
    static let lockQuoteOfRefund = compensatable("lock_quote") { context in
        guard let request = context.quoteRequest(for: try await context.reserved()) else {
            return .notNeeded
        }
        return .done(try await context.participants.fx.lockQuote(request, options: context.options))
    } undo: { context in
        try await context.releaseLockedQuote()
    }

    /// The quote has been used, by this saga or by the hold that it captures.
    static let consumeQuote = retriable("consume_quote") { context in
        let quoteID = try await context.usedQuoteID()
        guard !quoteID.isEmpty else { return .notNeeded }
        let request = FXV1.ConsumeQuoteRequest(operation: context.operation, quoteID: quoteID)
        return .done(
            try await context.participants.fx.consumeQuote(request, options: context.options))
    }

    /// Gives back the quote of a hold that is canceled.
    static let releaseQuote = retriable("release_quote") { context in
        guard let terms = try await context.begun().terms, !terms.quoteID.isEmpty else {
            return .notNeeded
        }
        let request = FXV1.ReleaseQuoteRequest(
            operation: context.operation, quoteID: terms.quoteID)
        return .done(
            try await context.participants.fx.releaseQuote(request, options: context.options))
    }
}

extension StepContext {
    /// The quote that this saga locked for the payment; `nil` without an exchange. Where nothing
    /// is recorded, the participant is asked again and answers the same.
    func lockedQuote(for payment: PaymentV1.Payment) async throws -> FXV1.Quote? {
        guard let request = quoteRequest(for: payment) else { return nil }
        return try await lockedQuote(request)
    }

    /// The same for a refund at today's rate.
    func lockedQuote(
        for reservation: PaymentV1.ReserveRefundResponse
    ) async throws -> FXV1.Quote? {
        guard let request = quoteRequest(for: reservation) else { return nil }
        return try await lockedQuote(request)
    }

    private func lockedQuote(_ request: FXV1.LockQuoteRequest) async throws -> FXV1.Quote {
        var answer = try answer(of: "lock_quote", as: FXV1.LockQuoteResponse.self)
        if answer == nil {
            answer = try await participants.fx.lockQuote(request, options: options)
        }
        guard let quote = answer?.quote else {
            throw BrokenContract("LockQuote answers with the quote")
        }
        return quote
    }

    fileprivate func quoteRequest(for payment: PaymentV1.Payment) -> FXV1.LockQuoteRequest? {
        guard let amount = payment.amount, !payment.settlementCurrency.isEmpty,
            payment.settlementCurrency != amount.currency
        else { return nil }
        return FXV1.LockQuoteRequest(
            operation: operation(of: "lock_quote", .action), quoteID: payment.quoteID,
            from: amount, toCurrency: payment.settlementCurrency, spreadBasisPoints: -1)
    }

    fileprivate func quoteRequest(
        for reservation: PaymentV1.ReserveRefundResponse
    ) -> FXV1.LockQuoteRequest? {
        guard input.rate == .current, let amount = reservation.amount,
            let share = reservation.settlementShare, share.currency != amount.currency
        else { return nil }
        // Nothing is earned on a refund: the merchant gives what the amount is worth at mid.
        return FXV1.LockQuoteRequest(
            operation: operation(of: "lock_quote", .action), from: amount,
            toCurrency: share.currency, spreadBasisPoints: 0)
    }

    fileprivate func releaseLockedQuote() async throws -> UndoResult {
        let request = FXV1.ReleaseQuoteRequest(operation: operation)
        _ = try await participants.fx.releaseQuote(request, options: options)
        return .done
    }

    /// Empty when none was, or when the money is only held.
    fileprivate func usedQuoteID() async throws -> String {
        let locked = try answer(of: "lock_quote", as: FXV1.LockQuoteResponse.self)?.quote?.id
        guard input.refundID.isEmpty else { return locked ?? "" }
        let begun = try await begun()
        guard begun.isCaptured else { return "" }
        return locked ?? begun.terms?.quoteID ?? ""
    }
}
