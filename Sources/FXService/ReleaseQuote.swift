internal import FXCore
internal import Identifiers
internal import Messages
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// Gives a held quote back: as a compensation the one that the saga's step locked, as an
    /// action (a payment that is canceled) the one that is named.
    func releaseQuote(
        _ request: FXV1.ReleaseQuoteRequest, context: CallContext
    ) async throws -> FXV1.ReleaseQuoteResponse {
        let operation = try Operation(of: request)
        let id = request.quoteID.isEmpty ? nil : try QuoteID(request.quoteID, field: "quote_id")
        return try await self.operations.perform(
            operation, empty: FXV1.ReleaseQuoteResponse(),
            needs: .init(quote: id, holder: operation.sagaID)
        ) { books in
            guard var quote = try Self.quote(operation, id, in: books) else {
                return FXV1.ReleaseQuoteResponse()
            }
            try translatingFXErrors { () throws(FXError) in try quote.release() }
            books.update(quote)
            return FXV1.ReleaseQuoteResponse()
        }
    }

    /// The quote that is meant; `nil` when a compensation finds nothing held.
    private static func quote(
        _ operation: Operation, _ id: QuoteID?, in books: FXBooks
    ) throws(RPCError) -> Quote? {
        switch operation.kind {
        case .compensation:
            return books.quote(heldBy: operation.sagaID)
        case .action:
            guard let id else {
                throw RPCError.invalidArgument(field: "quote_id", "name the quote to release")
            }
            return try books.quote(id)
        }
    }
}
