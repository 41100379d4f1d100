internal import FXCore
internal import Identifiers
internal import Messages
internal import Money
internal import Postgres
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// Gives a quote to one saga; without a quote's id it makes one first, held from the start.
    func lockQuote(
        _ request: FXV1.LockQuoteRequest, context: CallContext
    ) async throws -> FXV1.LockQuoteResponse {
        let operation = try Operation(of: request, as: .action)
        let amount = try Money(request.from, field: "from")
        let target = try currency(request.toCurrency, field: "to_currency")
        return try await self.store.database.perform(operation, empty: FXV1.LockQuoteResponse()) {
            transaction in
            var quote: Quote
            if request.quoteID.isEmpty {
                let spread = request.spreadBasisPoints
                let stored = try await self.newQuote(
                    amount, to: target, lifetimeSeconds: 300,
                    spreadBasisPoints: spread < 0 ? self.settings.spreadBasisPoints : spread,
                    in: transaction)
                try await self.store.insert(stored, in: transaction)
                quote = stored.quote
            } else {
                quote = try await self.named(request, in: transaction)
                try Self.check(quote, isFor: amount, target)
            }
            let now = self.clock.now()
            try translatingFXErrors { () throws(FXError) in
                try quote.lock(by: operation.sagaID, at: now)
            }
            try await self.store.update(quote, in: transaction)
            return FXV1.LockQuoteResponse(quote: try .init(quote, at: now))
        }
    }

    private func named(
        _ request: FXV1.LockQuoteRequest, in transaction: PostgresTransaction
    ) async throws -> Quote {
        let id = try QuoteID(request.quoteID, field: "quote_id")
        guard let stored = try await self.store.lockedQuote(id, in: transaction) else {
            throw RPCError.noQuote(id)
        }
        return stored.quote
    }

    private static func check(
        _ quote: Quote, isFor amount: Money, _ target: Currency
    ) throws(RPCError) {
        guard quote.amount == amount, quote.terms.to == target else {
            throw .failedPrecondition(
                .fxQuoteMismatch,
                "the quote is for \(quote.amount) to \(quote.terms.to), not for \(amount) to "
                    + "\(target): create one for that")
        }
    }
}
