internal import FXCore
internal import Identifiers
internal import Messages
internal import Money
internal import RPC
internal import ServiceKit

extension FXHandler {
    /// Makes a quote at today's rates, once for each idempotency key.
    func createQuote(
        _ request: FXV1.CreateQuoteRequest, context: CallContext
    ) async throws -> FXV1.CreateQuoteResponse {
        let wanted = try WantedQuote(request)
        if let stored = try await self.store.quote(idempotencyKey: wanted.key) {
            return try self.answer(wanted, with: stored)
        }
        let quote = try await self.newQuote(
            wanted.amount, to: wanted.currency, lifetimeSeconds: wanted.lifetimeSeconds,
            spreadBasisPoints: self.settings.spreadBasisPoints, idempotencyKey: wanted.key)
        return try await self.operations.change(needs: .init(idempotencyKey: wanted.key)) { books in
            // Another call with the key may have been first, since the look.
            if let stored = books.quote(idempotencyKey: wanted.key) {
                return try self.answer(wanted, with: stored)
            }
            books.create(quote)
            return try self.answer(wanted, with: quote)
        }
    }

    /// - Throws: `idempotency_error` when the key was used for another quote.
    private func answer(
        _ wanted: WantedQuote, with stored: StoredQuote
    ) throws(RPCError) -> FXV1.CreateQuoteResponse {
        guard stored.quote.amount == wanted.amount, stored.quote.terms.to == wanted.currency,
            stored.lifetimeSeconds == wanted.lifetimeSeconds
        else {
            throw .alreadyExists(
                .idempotencyError, "the idempotency key was used for another quote: take a new one")
        }
        return FXV1.CreateQuoteResponse(quote: try .init(stored.quote, at: self.clock.now()))
    }
}

/// A request that has been checked.
private struct WantedQuote: Sendable {
    let key: String
    let amount: Money
    let currency: Currency
    let lifetimeSeconds: Int64

    init(_ request: FXV1.CreateQuoteRequest) throws(RPCError) {
        let length = request.idempotencyKey.unicodeScalars.count
        guard (1...255).contains(length), !request.idempotencyKey.unicodeScalars.contains("\0")
        else {
            throw .invalidArgument(
                field: "idempotency_key", "give 1 to 255 characters, U+0000 not among them")
        }
        guard [0, 300, 3_600, 86_400].contains(request.lifetimeSeconds) else {
            throw .invalidArgument(
                field: "lifetime_seconds", "give 300, 3600 or 86400, or 0 for 300")
        }
        self.key = request.idempotencyKey
        self.amount = try payable(Money(request.from, field: "from"))
        self.currency = try FXService.currency(request.toCurrency, field: "to_currency")
        self.lifetimeSeconds = request.lifetimeSeconds == 0 ? 300 : request.lifetimeSeconds
    }
}

/// An amount that can be charged in its currency's steps.
///
/// - Throws: `INVALID_ARGUMENT`.
func payable(_ amount: Money) throws(RPCError) -> Money {
    do throws(MoneyError) {
        try amount.currency.validateStep(minorUnits: amount.minorUnits)
        return amount
    } catch {
        throw .invalidArgument(field: "from.minor_units", error.message)
    }
}
