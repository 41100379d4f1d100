import Identifiers
import Postgres
import TestKit
import Testing

@testable import OrchestratorService

@Suite("Which payments are compared next", .timeLimit(.minutes(2)))
struct ReconciliationQueueTests {
    private static let noon = Timestamp(microseconds: 4_000_000_000_000_000)

    @Test("Those whose sagas ended, in that order, once, and by whoever is first")
    func order() async throws {
        let fixture = try await StoreFixture()
        let queue = ReconciliationQueue(database: fixture.pool)
        let later = Self.noon + .seconds(3600)
        #expect(try await queue.next(endedBefore: later, limit: 2) == nil)

        let payments = (0..<4).map { _ in fixture.identifiers.next(PaymentKind.self) }
        // The third payment's saga ended first; the first payment has two.
        for (payment, second) in [(0, 2), (1, 3), (2, 1), (3, 9), (0, 4)] {
            try await self.end(fixture, payments[payment], at: Self.noon + .seconds(second))
        }
        let first = try #require(try await queue.next(endedBefore: later, limit: 2))
        #expect(Set(first.payments) == [payments[2], payments[0]])
        #expect(first.isFull)
        // Another orchestrator reads the same, and is second.
        let same = try #require(try await queue.next(endedBefore: later, limit: 2))
        #expect(try await queue.advance(past: first))
        #expect(try await !queue.advance(past: same))

        let until = Self.noon + .seconds(9)
        let second = try #require(try await queue.next(endedBefore: until, limit: 9))
        #expect(Set(second.payments) == [payments[1], payments[0]])
        #expect(!second.isFull)
        #expect(try await queue.advance(past: second))
        #expect(try await queue.next(endedBefore: until, limit: 9) == nil, "too young yet")
        let last = try #require(try await queue.next(endedBefore: later, limit: 9))
        #expect(last.payments == [payments[3]])
    }

    private func end(_ fixture: StoreFixture, _ payment: PaymentID, at end: Timestamp) async throws
    {
        let saga = fixture.identifiers.next(SagaKind.self)
        _ = try await fixture.pool.query(
            """
            INSERT INTO sagas (id, kind, variant, definition_version, status, epoch,
                idempotency_key, request_hash, payment_id, input, progress, created_at,
                updated_at, deadline, ended_at)
            VALUES ($1, 'process', '', 1, 3, 1, $2, '', $3, '', '', $4, $4, $4, $4)
            """,
            [.uuid(saga.uuid), .text(saga.description), .uuid(payment.uuid), .timestamp(end)])
    }
}
