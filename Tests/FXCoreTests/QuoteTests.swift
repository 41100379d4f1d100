internal import FXCore
internal import Identifiers
internal import Money
internal import Testing

@Suite("Quote")
struct QuoteTests {
    private static let created = Timestamp(microseconds: 1_000_000)
    private static let late = Self.created + .seconds(300)
    private static let sagas = [UInt64(1), 2].map {
        SagaID(uuid: UUID128(high: $0, low: 0))
    }

    private static func quote() throws -> Quote {
        let terms = try QuoteTerms(
            from: .usd, to: .eur, fromFactor: DecimalNumber(parsing: "1.25"),
            toFactor: .one, spreadBasisPoints: 50)
        return try Quote(
            id: QuoteID(uuid: UUID128(high: 0, low: 9)), amount: Money(100_00, .usd),
            terms: terms, source: .ecb, publishedOn: CalendarDay(daysSinceEpoch: 0),
            createdAt: Self.created, expiresAt: Self.late)
    }

    @Test("Is locked by one saga, consumed by the one that captures")
    func used() throws {
        var quote = try Self.quote()
        #expect(quote.conversion.to == Money(79_60, .eur))
        try quote.lock(by: Self.sagas[0], at: Self.created)
        #expect(quote.status(at: Self.late) == .locked, "a held quote does not expire")
        try quote.consume(by: Self.sagas[1])
        #expect(quote.status(at: Self.late) == .consumed)
        #expect(quote.sagaID == Self.sagas[1])
    }

    @Test("Expires when nobody took it in time, and when it is given back too late")
    func expires() throws {
        var quote = try Self.quote()
        #expect(quote.status(at: Self.late - .microseconds(1)) == .open)
        #expect(quote.status(at: Self.late) == .expired)
        let error = #expect(throws: FXError.self) {
            try quote.lock(by: Self.sagas[0], at: Self.late)
        }
        #expect(error?.code == .quoteExpired)
        try quote.lock(by: Self.sagas[0], at: Self.created)
        try quote.release()
        #expect(quote.status(at: Self.created) == .open)
        #expect(quote.status(at: Self.late) == .expired)
    }

    @Test("Refuses an amount of nothing, and one that comes to nothing")
    func nothing() throws {
        let terms = try QuoteTerms(
            from: .jpy, to: .kwd, fromFactor: DecimalNumber(parsing: "150"),
            toFactor: DecimalNumber(parsing: "0.33"), spreadBasisPoints: 0)
        for yen: Int64 in [0, 1, 2] {
            let error = #expect(throws: FXError.self) {
                try Quote(
                    id: QuoteID(uuid: UUID128(high: 0, low: 9)), amount: Money(yen, .jpy),
                    terms: terms, source: .sample, publishedOn: CalendarDay(daysSinceEpoch: 0),
                    createdAt: Self.created, expiresAt: Self.late)
            }
            #expect(error?.code == .amountOutOfRange)
        }
    }

    private enum Event: CaseIterable {
        case firstLocks, secondLocks, firstConsumes, secondConsumes, released, timePasses
    }

    /// Lives 6⁶ quotes: every sequence of six events, late, repeated and contradictory ones too.
    @Test("Is used at most once, by the saga that was told so")
    func histories() throws {
        let fresh = try Self.quote()
        for number in 0..<46_656 {
            var quote = fresh
            var now = Self.created
            var consumedBy: SagaID?
            var rest = number
            for _ in 0..<6 {
                let event = Event.allCases[rest % 6]
                rest /= 6
                let before = quote
                do {
                    switch event {
                    case .firstLocks: try quote.lock(by: Self.sagas[0], at: now)
                    case .secondLocks: try quote.lock(by: Self.sagas[1], at: now)
                    case .firstConsumes: try quote.consume(by: Self.sagas[0])
                    case .secondConsumes: try quote.consume(by: Self.sagas[1])
                    case .released: try quote.release()
                    case .timePasses: now = Self.late
                    }
                } catch {
                    #expect(quote == before, "a refusal changes nothing: history \(number)")
                    continue
                }
                if case .consumed(let saga) = quote.state {
                    #expect(consumedBy ?? saga == saga, "one consumer: history \(number)")
                    consumedBy = saga
                } else {
                    #expect(consumedBy == nil, "consumed stays so: history \(number)")
                }
                if case .locked = quote.state, case .open = before.state {
                    #expect(now < Self.late, "never locked too late: history \(number)")
                }
            }
        }
    }
}
