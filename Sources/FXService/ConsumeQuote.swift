internal import FXCore
internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// The exchange has happened: nobody can use the quote again.
    func consumeQuote(
        _ request: FXV1.ConsumeQuoteRequest, context: CallContext
    ) async throws -> FXV1.ConsumeQuoteResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try QuoteID(request.quoteID, field: "quote_id")
        return try await self.store.database.perform(
            operation, empty: FXV1.ConsumeQuoteResponse()
        ) { transaction in
            guard let stored = try await self.store.lockedQuote(id, in: transaction) else {
                throw RPCError.noQuote(id)
            }
            var quote = stored.quote
            try translatingFXErrors { () throws(FXError) in
                try quote.consume(by: operation.sagaID)
            }
            try await self.store.update(quote, in: transaction)
            return FXV1.ConsumeQuoteResponse(quote: try .init(quote, at: self.clock.now()))
        }
    }
}
