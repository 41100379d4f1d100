internal import FXCore
internal import Identifiers
internal import Messages
internal import Postgres
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
        return try await self.store.database.perform(
            operation, empty: FXV1.ReleaseQuoteResponse()
        ) { transaction in
            guard var quote = try await self.quote(operation, id, in: transaction) else {
                return FXV1.ReleaseQuoteResponse()
            }
            try translatingFXErrors { () throws(FXError) in try quote.release() }
            try await self.store.update(quote, in: transaction)
            return FXV1.ReleaseQuoteResponse()
        }
    }

    /// The quote that is meant; `nil` when a compensation finds nothing held.
    private func quote(
        _ operation: Operation, _ id: QuoteID?, in transaction: PostgresTransaction
    ) async throws -> Quote? {
        switch operation.kind {
        case .compensation:
            return try await self.store.lockedQuote(
                heldBy: operation.sagaID, in: transaction)?.quote
        case .action:
            guard let id else {
                throw RPCError.invalidArgument(field: "quote_id", "name the quote to release")
            }
            guard let stored = try await self.store.lockedQuote(id, in: transaction) else {
                throw RPCError.noQuote(id)
            }
            return stored.quote
        }
    }
}
