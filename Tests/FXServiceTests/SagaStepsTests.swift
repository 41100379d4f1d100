internal import FXService
internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import Stubs
internal import TestKit
internal import Testing

@Suite("Quotes in a saga")
struct SagaStepsTests {
    @Test("Are locked, and consumed by the saga that captures")
    func lockAndConsume() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let (authorizes, captures) = (TestSaga(), TestSaga())
            let locked = try await fx.orchestrator.lockQuote(authorizes.lock(quote.id)).quote
            #expect(locked?.status == .locked)
            #expect(locked?.sagaID == authorizes.id.description)
            fx.clock.advance(by: .seconds(6 * 86_400))
            let consumed = try await fx.orchestrator.consumeQuote(captures.consume(quote.id)).quote
            #expect(consumed?.status == .consumed)
            #expect(try await fx.stored(quote.id) == consumed)
        }
    }

    @Test("Are answered the same when a call is repeated")
    func repeats() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let saga = TestSaga()
            let first = try await fx.orchestrator.lockQuote(saga.lock(quote.id))
            fx.clock.advance(by: .seconds(3_600))
            #expect(try await fx.orchestrator.lockQuote(saga.lock(quote.id)) == first)
            let consumed = try await fx.orchestrator.consumeQuote(saga.consume(quote.id))
            #expect(try await fx.orchestrator.consumeQuote(saga.consume(quote.id)) == consumed)
        }
    }

    @Test("Are made on the spot for a saga that names none")
    func lockWithoutQuote() async throws {
        try await FXFixture.withRates { fx in
            let saga = TestSaga()
            let first = try await fx.orchestrator.lockQuote(saga.lock("", spread: 0)).quote
            #expect(first?.status == .locked)
            #expect(first?.spread?.minorUnits == 0)
            let again = try await fx.orchestrator.lockQuote(saga.lock("", spread: 0)).quote
            #expect(again == first, "one quote, however often it is asked for")
            _ = try await fx.orchestrator.releaseQuote(saga.undo())
            #expect(try await fx.stored(first?.id ?? "").status == .open)
        }
    }

    @Test("Go to one saga only, even when many ask at once")
    func oneSaga() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let outcomes = await withTaskGroup(of: RPCError?.self) { tasks in
                for _ in 0..<12 {
                    tasks.addTask {
                        await refusal {
                            try await fx.orchestrator.lockQuote(TestSaga().lock(quote.id))
                        }
                    }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1)
            #expect(outcomes.compactMap(\.?.reason).allSatisfy { $0 == .fxQuoteUsed })
        }
    }

    @Test("Are given back by the compensation, and then free for another saga")
    func release() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let saga = TestSaga()
            _ = try await fx.orchestrator.lockQuote(saga.lock(quote.id))
            _ = try await fx.orchestrator.releaseQuote(saga.undo())
            _ = try await fx.orchestrator.releaseQuote(saga.undo())
            #expect(try await fx.stored(quote.id).status == .open)
            #expect(try await fx.stored(quote.id).sagaID == "")

            let next = TestSaga()
            _ = try await fx.orchestrator.lockQuote(next.lock(quote.id))
            _ = try await fx.orchestrator.releaseQuote(
                .init(operation: next.context("release_quote"), quoteID: quote.id))
            fx.clock.advance(by: .seconds(301))
            #expect(try await fx.stored(quote.id).status == .expired)
        }
    }

    @Test("Stay untouched when the compensation overtakes the lock")
    func overtaken() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let saga = TestSaga()
            _ = try await fx.orchestrator.releaseQuote(saga.undo())
            let late = await refusal { try await fx.orchestrator.lockQuote(saga.lock(quote.id)) }
            #expect(late?.reason == .operationBlocked)
            #expect(try await fx.stored(quote.id).status == .open)
        }
    }

    @Test("Are refused to an orchestrator that has lost its saga")
    func staleEpoch() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            let saga = TestSaga()
            _ = try await fx.orchestrator.lockQuote(saga.lock(quote.id, epoch: 5))
            let stale = await refusal {
                try await fx.orchestrator.releaseQuote(
                    .init(operation: saga.context("lock_quote", .compensation, epoch: 4)))
            }
            #expect(stale?.code == .aborted)
            #expect(stale?.reason == .staleEpoch)
            #expect(try await fx.stored(quote.id).status == .locked)
        }
    }

    @Test("Are refused with what is wrong: expired, used, for something else, unknown")
    func refusals() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            func lock(_ request: FXV1.LockQuoteRequest) async -> RPCError? {
                await refusal { try await fx.orchestrator.lockQuote(request) }
            }
            #expect(await lock(TestSaga().lock(quote.id, 99_99))?.reason == .fxQuoteMismatch)
            #expect(await lock(TestSaga().lock(quote.id, to: "JPY"))?.reason == .fxQuoteMismatch)
            #expect(
                await lock(TestSaga().lock("qt_00000000000000000000000000"))?.code == .notFound)
            #expect(await lock(TestSaga().lock("quote"))?.violations.map(\.field) == ["quote_id"])
            #expect(
                await lock(TestSaga().lock("", spread: 10_001))?.code == .invalidArgument)

            let unlocked = await refusal {
                try await fx.orchestrator.consumeQuote(TestSaga().consume(quote.id))
            }
            #expect(unlocked?.reason == .fxQuoteMismatch)
            fx.clock.advance(by: .seconds(300))
            #expect(await lock(TestSaga().lock(quote.id))?.reason == .fxQuoteExpired)
            #expect(try await fx.stored(quote.id).status == .expired)
        }
    }

    @Test("Are for the orchestrator only")
    func roles() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            for caller in [fx.client, fx.operator] {
                let error = await refusal { try await caller.lockQuote(TestSaga().lock(quote.id)) }
                #expect(error?.code == .permissionDenied)
            }
        }
    }

    @Test("Keep amounts in the database that can be recomputed from their factors")
    func recompute() async throws {
        try await FXFixture.withRates { fx in
            for (index, amount) in [1_23, 99_99, 50, 1_000_000_00].enumerated() {
                _ = try await fx.quote(Int64(amount), to: "JPY", key: "\(index)")
            }
            let pool = try fx.service.database.pool()
            let rows = try await pool.query(
                """
                SELECT count(*) FROM quote WHERE gross <>
                    round(from_amount / 100.0 / from_factor * to_factor)
                """)
            let different = try rows.first?.int64(0)
            #expect(different == 0)
            await pool.close()
        }
    }
}
