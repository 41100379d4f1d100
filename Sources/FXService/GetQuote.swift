internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// A quote as it stands now.
    func getQuote(
        _ request: FXV1.GetQuoteRequest, context: CallContext
    ) async throws -> FXV1.GetQuoteResponse {
        let id = try QuoteID(request.quoteID, field: "quote_id")
        guard let stored = try await self.store.quote(id) else { throw RPCError.noQuote(id) }
        return FXV1.GetQuoteResponse(quote: try .init(stored.quote, at: self.clock.now()))
    }
}
