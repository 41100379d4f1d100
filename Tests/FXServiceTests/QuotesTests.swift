internal import FXService
internal import Messages
internal import RPC
internal import Stubs
internal import TestKit
internal import Testing

@Suite("Quotes")
struct QuotesTests {
    @Test("Tell the rate, the spread and the payout, and can be read again")
    func creates() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote(lifetime: 3_600)
            #expect(quote.from == .init(minorUnits: 100_00, currency: "USD"))
            #expect(quote.gross == .init(minorUnits: 92_19, currency: "EUR"))
            #expect(quote.spread == .init(minorUnits: 46, currency: "EUR"))
            #expect(quote.to == .init(minorUnits: 91_73, currency: "EUR"))
            #expect(quote.residue == 0)
            #expect(quote.midRate == "0.921913893242371")
            #expect((quote.fromFactor, quote.toFactor) == ("1.0847", "1"))
            #expect((quote.source, quote.publishedOn) == ("ecb", FXFixture.today))
            #expect(quote.spreadBasisPoints == 50)
            #expect(quote.status == .open)
            #expect(quote.expiresAtUs - quote.createdAtUs == 3_600_000_000)
            #expect(try await fx.stored(quote.id) == quote)

            let kronur = try await fx.quote(10_00, to: "ISK", key: "two")
            #expect(kronur.to.map { $0.minorUnits % 100 } == 0)
            #expect(
                kronur.gross?.minorUnits
                    == (kronur.spread?.minorUnits ?? 0) + (kronur.to?.minorUnits ?? 0)
                    + kronur.residue)
        }
    }

    @Test("Are made once for each idempotency key")
    func idempotent() async throws {
        try await FXFixture.withRates { fx in
            let first = try await fx.quote(key: "k")
            fx.clock.advance(by: .seconds(10))
            #expect(try await fx.quote(key: "k").id == first.id)
            let ids = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<16 {
                    tasks.addTask { try await fx.quote(key: "at once").id }
                }
                return try await tasks.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            for call in [
                { try await fx.quote(99_00, key: "k") },
                { try await fx.quote(to: "JPY", key: "k") },
                { try await fx.quote(key: "k", lifetime: 3_600) },
            ] as [@Sendable () async throws -> FXV1.Quote] {
                let error = await refusal(call)
                #expect(error?.code == .alreadyExists)
                #expect(error?.reason == .idempotencyError)
            }
        }
    }

    @Test("Expire by the clock")
    func expires() async throws {
        try await FXFixture.withRates { fx in
            let quote = try await fx.quote()
            fx.clock.advance(by: .seconds(299))
            #expect(try await fx.stored(quote.id).status == .open)
            fx.clock.advance(by: .seconds(1))
            #expect(try await fx.stored(quote.id).status == .expired)
        }
    }

    @Test("Are refused when Friday's rates are asked for after Monday")
    func stale() async throws {
        try await FXFixture.withRates { fx in
            fx.clock.advance(by: .seconds(84 * 3600))
            _ = try await fx.quote(key: "Monday's last moment")
            fx.clock.advance(by: .seconds(1))
            let error = await refusal { try await fx.quote(key: "Tuesday") }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.reason == .rateTooOld)
        }
        try await FXFixture.withRates(settings: ["rate-max-age-hours": "120"]) { fx in
            fx.clock.advance(by: .seconds(100 * 3600))
            _ = try await fx.quote()
        }
    }

    @Test("Take their spread from the configuration")
    func configuredSpread() async throws {
        try await FXFixture.withRates(settings: ["spread-basis-points": "0"]) { fx in
            let quote = try await fx.quote()
            #expect(quote.spread?.minorUnits == 0)
        }
    }

    @Test("Are refused with the field named, and leave no trace")
    func badInput() async throws {
        try await FXFixture.withRates { fx in
            let cases: [(FXV1.CreateQuoteRequest, String)] = [
                (.init(idempotencyKey: "", from: .usd(1_00), toCurrency: "EUR"), "idempotency_key"),
                (
                    .init(
                        idempotencyKey: String(repeating: "k", count: 256), from: .usd(1_00),
                        toCurrency: "EUR"), "idempotency_key"
                ),
                (
                    .init(idempotencyKey: "k\0", from: .usd(1_00), toCurrency: "EUR"),
                    "idempotency_key"
                ),
                (.init(idempotencyKey: "k", toCurrency: "EUR"), "from"),
                (.init(idempotencyKey: "k", from: .usd(0), toCurrency: "EUR"), "from.minor_units"),
                (.init(idempotencyKey: "k", from: .usd(-1), toCurrency: "EUR"), "from.minor_units"),
                (
                    .init(
                        idempotencyKey: "k", from: .init(minorUnits: 150, currency: "ISK"),
                        toCurrency: "EUR"), "from.minor_units"
                ),
                (
                    .init(
                        idempotencyKey: "k", from: .init(minorUnits: 1, currency: "DOLLAR"),
                        toCurrency: "EUR"), "from.currency"
                ),
                (.init(idempotencyKey: "k", from: .usd(1_00), toCurrency: "USD"), "to_currency"),
                (.init(idempotencyKey: "k", from: .usd(1_00), toCurrency: ""), "to_currency"),
                (
                    .init(
                        idempotencyKey: "k", from: .usd(1_00), toCurrency: "EUR",
                        lifetimeSeconds: 301), "lifetime_seconds"
                ),
            ]
            for (request, field) in cases {
                let error = await refusal { try await fx.client.createQuote(request) }
                #expect(error?.code == .invalidArgument)
                #expect(error?.violations.map(\.field) == [field])
            }
            let unpublished = await refusal { try await fx.quote(to: "KWD") }
            #expect(unpublished?.reason == .rateNotFound)
            _ = try await fx.quote(key: "k")

            let malformed = await refusal { try await fx.client.getQuote(.init(quoteID: "pi_1")) }
            #expect(malformed?.violations.map(\.field) == ["quote_id"])
            let missing = await refusal {
                try await fx.client.getQuote(.init(quoteID: "qt_00000000000000000000000000"))
            }
            #expect(missing?.code == .notFound)
            #expect(missing?.reason == .resourceMissing)
        }
    }
}

extension CommonV1.Money? {
    fileprivate static func usd(_ cents: Int64) -> CommonV1.Money? {
        .init(minorUnits: cents, currency: "USD")
    }
}
