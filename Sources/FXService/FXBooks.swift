internal import FXCore
internal import Identifiers
internal import Postgres
internal import RPC
internal import ServiceKit

/// The quotes that a batch of operations works on.
struct FXBooks: OperationBooks {
    /// How one operation finds its quote.
    struct Needs: Sendable {
        var quote: QuoteID?
        /// The saga that may hold one: it locks one at most.
        var holder: SagaID?
        /// Under which a caller made one, or is about to.
        var idempotencyKey: String?
    }

    private var quotes: [QuoteID: StoredQuote] = [:]
    private var keys: [String: QuoteID] = [:]
    private var created: [QuoteID] = []
    private var changed: [QuoteID] = []

    /// - Throws: `NOT_FOUND`
    func quote(_ id: QuoteID) throws(RPCError) -> Quote {
        guard let stored = self.quotes[id] else { throw .noQuote(id) }
        return stored.quote
    }

    func quote(idempotencyKey key: String) -> StoredQuote? {
        self.keys[key].flatMap { self.quotes[$0] }
    }

    func quote(heldBy saga: SagaID) -> Quote? {
        self.quotes.values.first { $0.quote.state == .locked(by: saga) }?.quote
    }

    /// Adds a quote; under a key, one that no quote has yet.
    mutating func create(_ stored: StoredQuote) {
        self.quotes[stored.quote.id] = stored
        if let key = stored.idempotencyKey { self.keys[key] = stored.quote.id }
        self.created.append(stored.quote.id)
    }

    /// Puts a changed quote in the place of what it was.
    mutating func update(_ quote: Quote) {
        self.quotes[quote.id]?.quote = quote
        self.changed.append(quote.id)
    }
}

// MARK: - Loading

extension FXBooks {
    static func queries(for needs: [Needs]) -> [PostgresStatement?] {
        let select = "SELECT \(StoredQuote.columns) FROM quote"
        let quotes = Set(needs.compactMap(\.quote?.uuid)).sorted()
        let holders = Set(needs.compactMap(\.holder?.uuid)).sorted()
        let keys = Set(needs.compactMap(\.idempotencyKey)).sorted()
        return [
            quotes.isEmpty
                ? nil
                : PostgresStatement(
                    "\(select) WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE",
                    [.uuidArray(quotes)]),
            holders.isEmpty
                ? nil
                : PostgresStatement(
                    """
                    \(select) WHERE saga_id = ANY($1::uuid[]) AND state = 2
                    ORDER BY id FOR UPDATE
                    """, [.uuidArray(holders)]),
            keys.isEmpty
                ? nil
                : PostgresStatement(
                    "\(select) WHERE idempotency_key = ANY($1::text[])", [.textArray(keys)]),
        ]
    }

    init(_ results: [PostgresResult]) throws {
        for row in results.flatMap(\.rows) {
            let stored = try StoredQuote(row)
            self.quotes[stored.quote.id] = stored
            if let key = stored.idempotencyKey { self.keys[key] = stored.quote.id }
        }
    }
}

// MARK: - Undoing

extension FXBooks {
    /// What is restored when an operation is refused.
    struct Mark {
        /// Those that the operation could change.
        fileprivate let quotes: [StoredQuote]
        fileprivate let created: Int
        fileprivate let changed: Int
    }

    func mark(_ needs: Needs) -> Mark {
        let held = needs.holder.flatMap { self.quote(heldBy: $0)?.id }
        return Mark(
            quotes: [needs.quote, held].compactMap { $0.flatMap { self.quotes[$0] } },
            created: self.created.count, changed: self.changed.count)
    }

    mutating func rollBack(to mark: Mark) {
        for id in self.created[mark.created...] {
            if let key = self.quotes[id]?.idempotencyKey { self.keys[key] = nil }
            self.quotes[id] = nil
        }
        self.created.removeSubrange(mark.created...)
        self.changed.removeSubrange(mark.changed...)
        for stored in mark.quotes { self.quotes[stored.quote.id] = stored }
    }
}

// MARK: - Writing

extension FXBooks {
    var statements: [PostgresStatement] {
        var statements: [PostgresStatement] = []
        let created = self.created.compactMap { self.quotes[$0] }
        if !created.isEmpty { statements.append(StoredQuote.insertion(of: created)) }
        let changed = Set(self.changed).subtracting(self.created)
        if !changed.isEmpty { statements.append(self.update(of: changed)) }
        return statements
    }

    /// Nothing but its state ever changes about a quote.
    private func update(of changed: Set<QuoteID>) -> PostgresStatement {
        var batch = RowBatch([
            .init("id", .uuid), .init("state", .int16), .init("saga_id", .uuid),
        ])
        for id in changed.sorted(by: { $0.uuid < $1.uuid }) {
            guard let quote = self.quotes[id]?.quote else { continue }
            batch.append([
                .uuid(id.uuid), .int16(quote.state.number),
                .optional(quote.sagaID?.uuid, PostgresValue.uuid),
            ])
        }
        return batch.update(of: "quote")
    }
}
