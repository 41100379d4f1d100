internal import FXCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// The exchange has happened: nobody can use the quote again.
    func consumeQuote(
        _ request: FXV1.ConsumeQuoteRequest, context: CallContext
    ) async throws -> FXV1.ConsumeQuoteResponse {
        let operation = try Operation(of: request, as: .action)
        let id = try QuoteID(request.quoteID, field: "quote_id")
        return try await self.operations.perform(
            operation, empty: FXV1.ConsumeQuoteResponse(), needs: .init(quote: id)
        ) { books in
            var quote = try books.quote(id)
            try translatingFXErrors { () throws(FXError) in
                try quote.consume(by: operation.sagaID)
            }
            books.update(quote)
            return FXV1.ConsumeQuoteResponse(quote: try .init(quote, at: self.clock.now()))
        }
    }
}
