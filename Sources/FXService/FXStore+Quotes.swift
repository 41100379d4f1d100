internal import FXCore
internal import Identifiers
internal import Money
internal import Postgres

/// A quote with what only its creation needs.
struct StoredQuote: Hashable, Sendable {
    var quote: Quote
    let lifetimeSeconds: Int64
    /// The caller's; `nil` for a quote that a saga had made for itself.
    let idempotencyKey: String?
}

extension FXStore {
    func quote(_ id: QuoteID) async throws -> StoredQuote? {
        try await self.database.query(
            "SELECT \(StoredQuote.columns) FROM quote WHERE id = $1", [.uuid(id.uuid)]
        ).first.map(StoredQuote.init)
    }

    func quote(idempotencyKey key: String) async throws -> StoredQuote? {
        try await self.database.query(
            "SELECT \(StoredQuote.columns) FROM quote WHERE idempotency_key = $1", [.text(key)]
        ).first.map(StoredQuote.init)
    }
}

extension StoredQuote {
    /// Those that ``init(_:)`` reads, in its order.
    static let columns = """
        id, lifetime_seconds, from_currency, from_amount, to_currency, from_factor::text, \
        to_factor::text, spread_basis_points, source, published_on::text, state, saga_id, \
        created_at, expires_at, idempotency_key
        """

    init(_ row: PostgresRow) throws {
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
        self.quote = try Quote(
            id: QuoteID(uuid: row.uuid(0)), amount: Money(row.int64(3), from), terms: terms,
            source: source, publishedOn: publishedOn, createdAt: row.timestamp(12),
            expiresAt: row.timestamp(13), state: state)
        self.lifetimeSeconds = try row.int64(1)
        self.idempotencyKey = try row.optionalText(14)
    }

    /// Adds quotes whose ids and keys are new.
    static func insertion(of quotes: [StoredQuote]) -> PostgresStatement {
        var batch = RowBatch([
            .init("id", .uuid), .init("idempotency_key", .text), .init("lifetime_seconds", .int64),
            .init("from_currency", .text), .init("from_amount", .int64),
            .init("to_currency", .text), .init("gross", .int64), .init("spread", .int64),
            .init("to_amount", .int64), .init("residue", .int64),
            .init("spread_basis_points", .int64), .init("source", .text), .init("state", .int16),
            .init("saga_id", .uuid), .init("created_at", .timestamp),
            .init("expires_at", .timestamp), .init("from_factor", .text),
            .init("to_factor", .text), .init("published_on", .text),
        ])
        for quote in quotes { batch.append(quote.values) }
        let plain = batch.columns.dropLast(3).map(\.name).joined(separator: ", ")
        return PostgresStatement(
            """
            INSERT INTO quote (\(batch.names))
            SELECT \(plain), from_factor::numeric, to_factor::numeric, published_on::date
            FROM \(batch.source)
            """, batch.parameters)
    }

    private var values: [PostgresValue] {
        let (quote, conversion, terms) = (self.quote, self.quote.conversion, self.quote.terms)
        return [
            .uuid(quote.id.uuid), .optional(self.idempotencyKey, PostgresValue.text),
            .int64(self.lifetimeSeconds), .text(quote.amount.currency.code),
            .int64(quote.amount.minorUnits), .text(terms.to.code),
            .int64(conversion.gross.minorUnits), .int64(conversion.spread.minorUnits),
            .int64(conversion.to.minorUnits), .int64(conversion.residue),
            .int64(terms.spread.value), .text(quote.source.rawValue), .int16(quote.state.number),
            .optional(quote.sagaID?.uuid, PostgresValue.uuid), .timestamp(quote.createdAt),
            .timestamp(quote.expiresAt), .text(terms.fromFactor.description),
            .text(terms.toFactor.description), .text(quote.publishedOn.description),
        ]
    }
}

extension Quote.State {
    /// As it is stored.
    var number: Int16 {
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
