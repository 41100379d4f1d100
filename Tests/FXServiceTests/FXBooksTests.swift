import FXCore
import Identifiers
import Money
import Postgres
import Testing

@testable import FXService

@Suite("The quotes of a batch")
struct FXBooksTests {
    @Test("A refused operation takes back the quote that it made, and no other's")
    func refused() throws {
        var books = try FXBooks([])
        let (kept, taken) = (try self.quote(1, key: "kept"), try self.quote(2, key: "taken"))
        books.create(kept)
        let mark = books.mark(FXBooks.Needs(idempotencyKey: "taken"))
        books.create(taken)
        books.rollBack(to: mark)
        #expect(books.quote(idempotencyKey: "kept") == kept)
        #expect(books.quote(idempotencyKey: "taken") == nil)
        #expect(throws: (any Error).self) { try books.quote(taken.quote.id) }
        #expect(books.statements.count == 1, "the one that was made is still written")
        // Whoever comes next with the key makes it anew.
        books.create(taken)
        #expect(books.quote(idempotencyKey: "taken") == taken)
    }

    private func quote(_ number: UInt64, key: String) throws -> StoredQuote {
        let now = Timestamp(microseconds: 1_767_225_600_000_000)
        let quote = try Quote(
            id: QuoteID(uuid: UUID128(high: 1, low: number)), amount: Money(100_00, .usd),
            terms: QuoteTerms(
                from: .usd, to: .eur, fromFactor: DecimalNumber(parsing: "1.1"),
                toFactor: DecimalNumber(parsing: "1"), spreadBasisPoints: 50),
            source: .ecb, publishedOn: #require(CalendarDay("2026-01-01")), createdAt: now,
            expiresAt: now + .seconds(300))
        return StoredQuote(quote: quote, lifetimeSeconds: 300, idempotencyKey: key)
    }
}
