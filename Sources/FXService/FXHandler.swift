internal import FXCore
internal import Identifiers
internal import Money
internal import RPC
internal import ServiceKit
internal import Stubs

/// Answers the service's calls: one file for each.
struct FXHandler: FXServiceHandler {
    let store: FXStore
    let operations: OperationStore<FXBooks>
    let rates: RateCache
    let settings: FXSettings
    let clock: any WallClock
    let identifiers: any IdentifierSource

    init(
        store: FXStore, operations: OperationStore<FXBooks>, rates: RateCache,
        settings: FXSettings, clock: any WallClock, identifiers: any IdentifierSource
    ) {
        self.store = store
        self.operations = operations
        self.rates = rates
        self.settings = settings
        self.clock = clock
        self.identifiers = identifiers
    }

    /// The rates that hold on a day, or today when `text` is empty.
    ///
    /// - Throws: `INVALID_ARGUMENT` when it is no day; `rate_not_found`.
    func publication(on text: String) async throws -> Publication {
        let today = self.clock.now().day
        guard let day = text.isEmpty ? today : CalendarDay(text) else {
            throw RPCError.invalidArgument(field: "on", "write a day like 2026-11-20")
        }
        guard let publication = try await self.rates.publication(onOrBefore: day) else {
            throw RPCError.notFound(
                "no rates were published on or before \(day): import some",
                reason: .rateNotFound)
        }
        return publication
    }

    /// A new, open quote at the rates of today.
    ///
    /// - Throws: `rate_not_found`, `rate_too_old`; `INVALID_ARGUMENT` for an amount that cannot
    ///   be exchanged.
    func newQuote(
        _ amount: Money, to currency: Currency, lifetimeSeconds: Int64, spreadBasisPoints: Int64,
        idempotencyKey: String? = nil
    ) async throws -> StoredQuote {
        let now = self.clock.now()
        let publication = try await self.publication(on: "")
        let quote = try translatingFXErrors { () throws(FXError) in
            let terms = try QuoteTerms(
                from: amount.currency, to: currency, publication: publication,
                spreadBasisPoints: spreadBasisPoints)
            try self.settings.ageLimit.validate(publication.day, at: now)
            return try Quote(
                id: self.identifiers.next(QuoteKind.self), amount: amount, terms: terms,
                source: publication.source, publishedOn: publication.day, createdAt: now,
                expiresAt: now + .seconds(lifetimeSeconds))
        }
        return StoredQuote(
            quote: quote, lifetimeSeconds: lifetimeSeconds, idempotencyKey: idempotencyKey)
    }
}
