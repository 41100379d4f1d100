internal import FXCore
internal import Identifiers
internal import Money
internal import Postgres

/// A quote with what only its creation needs.
struct StoredQuote: Hashable, Sendable {
    var quote: Quote
    let lifetimeSeconds: Int64
}

extension FXStore {
    private static let columns = """
        id, lifetime_seconds, from_currency, from_amount, to_currency, from_factor::text, \
        to_factor::text, spread_basis_points, source, published_on::text, state, saga_id, \
        created_at, expires_at
        """

    func quote(_ id: QuoteID) async throws -> StoredQuote? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM quote WHERE id = $1", [.uuid(id.uuid)]
        ).first.map(Self.quote)
    }

    func quote(idempotencyKey key: String) async throws -> StoredQuote? {
        try await self.database.query(
            "SELECT \(Self.columns) FROM quote WHERE idempotency_key = $1", [.text(key)]
        ).first.map(Self.quote)
    }

    /// The quote, with its row locked until the transaction ends.
    func lockedQuote(
        _ id: QuoteID, in transaction: PostgresTransaction
    ) async throws -> StoredQuote? {
        try await transaction.query(
            "SELECT \(Self.columns) FROM quote WHERE id = $1 FOR UPDATE", [.uuid(id.uuid)]
        ).first.map(Self.quote)
    }

    /// The quote that a saga holds, with its row locked; a saga locks one at most.
    func lockedQuote(
        heldBy saga: SagaID, in transaction: PostgresTransaction
    ) async throws -> StoredQuote? {
        try await transaction.query(
            "SELECT \(Self.columns) FROM quote WHERE saga_id = $1 AND state = 2 FOR UPDATE",
            [.uuid(saga.uuid)]
        ).first.map(Self.quote)
    }

    /// - Returns: `false` when the idempotency key is taken; nothing is stored then.
    func insert(_ stored: StoredQuote, idempotencyKey key: String) async throws -> Bool {
        let statement = Self.insertion(of: stored, idempotencyKey: key)
        return try await !self.database.query(statement.sql, statement.parameters).isEmpty
    }

    /// Stores a quote that a saga had made for itself.
    func insert(_ stored: StoredQuote, in transaction: PostgresTransaction) async throws {
        let statement = Self.insertion(of: stored, idempotencyKey: nil)
        try await transaction.query(statement.sql, statement.parameters)
    }

    /// Stores the quote's state; nothing else about it ever changes.
    func update(_ quote: Quote, in transaction: PostgresTransaction) async throws {
        try await transaction.query(
            "UPDATE quote SET state = $2, saga_id = $3 WHERE id = $1",
            [
                .uuid(quote.id.uuid), .int16(quote.state.number),
                quote.sagaID.map { .uuid($0.uuid) } ?? .null,
            ])
    }

    private static func insertion(
        of stored: StoredQuote, idempotencyKey key: String?
    ) -> PostgresStatement {
        let quote = stored.quote
        return PostgresStatement(
            """
            INSERT INTO quote (
                id, idempotency_key, lifetime_seconds, from_currency, from_amount, to_currency,
                gross, spread, to_amount, residue, from_factor, to_factor, spread_basis_points,
                source, published_on, state, saga_id, created_at, expires_at)
            VALUES ($1, $2::text, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::numeric,
                $12::text::numeric, $13, $14, $15::text::date, $16, $17::uuid, $18, $19)
            ON CONFLICT ON CONSTRAINT quote_idempotency_key_key DO NOTHING
            RETURNING id
            """,
            [
                .uuid(quote.id.uuid), .optional(key, PostgresValue.text),
                .int64(stored.lifetimeSeconds), .text(quote.amount.currency.code),
                .int64(quote.amount.minorUnits), .text(quote.terms.to.code),
                .int64(quote.conversion.gross.minorUnits),
                .int64(quote.conversion.spread.minorUnits),
                .int64(quote.conversion.to.minorUnits), .int64(quote.conversion.residue),
                .text(quote.terms.fromFactor.description),
                .text(quote.terms.toFactor.description), .int64(quote.terms.spread.value),
                .text(quote.source.rawValue), .text(quote.publishedOn.description),
                .int16(quote.state.number), quote.sagaID.map { .uuid($0.uuid) } ?? .null,
                .timestamp(quote.createdAt), .timestamp(quote.expiresAt),
            ])
    }

    private static func quote(_ row: PostgresRow) throws -> StoredQuote {
        let from = try Currency.named(row.text(2))
        let terms = try QuoteTerms(
            from: from, to: Currency.named(row.text(4)),
            fromFactor: DecimalNumber(parsing: row.text(5)),
            toFactor: DecimalNumber(parsing: row.text(6)), spreadBasisPoints: row.int64(7))
        guard let source = RateSource(rawValue: try row.text(8)),
            let publishedOn = CalendarDay(try row.text(9)),
            let state = Quote.State(
                number: try row.int16(10), saga: try row.optionalUUID(11).map(SagaID.init(uuid:)))
        else { throw StoredValueError(column: "quote") }
        let quote = try Quote(
            id: QuoteID(uuid: row.uuid(0)), amount: Money(row.int64(3), from), terms: terms,
            source: source, publishedOn: publishedOn, createdAt: row.timestamp(12),
            expiresAt: row.timestamp(13), state: state)
        return StoredQuote(quote: quote, lifetimeSeconds: try row.int64(1))
    }
}

extension Quote.State {
    /// As it is stored.
    fileprivate var number: Int16 {
        switch self {
        case .open: 1
        case .locked: 2
        case .consumed: 3
        }
    }

    fileprivate init?(number: Int16, saga: SagaID?) {
        switch (number, saga) {
        case (1, nil): self = .open
        case (2, let saga?): self = .locked(by: saga)
        case (3, let saga?): self = .consumed(by: saga)
        default: return nil
        }
    }
}
