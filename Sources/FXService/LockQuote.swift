internal import FXCore
internal import Identifiers
internal import Messages
internal import Money
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
        guard request.quoteID.isEmpty else {
            let id = try QuoteID(request.quoteID, field: "quote_id")
            return try await self.lock(operation, needs: .init(quote: id)) { books in
                let quote = try books.quote(id)
                try Self.check(quote, isFor: amount, target)
                return quote
            }
        }
        let spread = request.spreadBasisPoints
        // That there is no rate counts only if the step turns out to be new: a repeat is answered.
        let made = await self.attempt {
            try await self.newQuote(
                amount, to: target, lifetimeSeconds: 300,
                spreadBasisPoints: spread < 0 ? self.settings.spreadBasisPoints : spread)
        }
        return try await self.lock(operation, needs: .init()) { books in
            let stored = try made.get()
            books.create(stored)
            return stored.quote
        }
    }

    private func lock(
        _ operation: Operation, needs: FXBooks.Needs,
        _ find: @escaping @Sendable (inout FXBooks) throws -> Quote
    ) async throws -> FXV1.LockQuoteResponse {
        try await self.operations.perform(
            operation, empty: FXV1.LockQuoteResponse(), needs: needs
        ) { books in
            var quote = try find(&books)
            let now = self.clock.now()
            try translatingFXErrors { () throws(FXError) in
                try quote.lock(by: operation.sagaID, at: now)
            }
            books.update(quote)
            return FXV1.LockQuoteResponse(quote: try .init(quote, at: now))
        }
    }

    private func attempt<Value>(
        _ body: () async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
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
