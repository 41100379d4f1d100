internal import FXService
internal import Messages
internal import RPC
internal import Stubs
internal import TestKit
internal import Testing

@Suite("Rates")
struct RatesTests {
    @Test("Are imported once, and read by currency and by day")
    func importsAndReads() async throws {
        try await FXFixture.with { fx in
            let rates = FXFixture.rates() + FXFixture.rates([("USD", "1.08")], on: "2026-11-19")
            let first = try await fx.operator.importRates(.init(rates: rates))
            #expect((first.added, first.publications) == (4, 2))
            let again = try await fx.operator.importRates(.init(rates: rates))
            #expect((again.added, again.publications) == (0, 2))

            let dollar = try await fx.client.getRate(.init(currency: "usd")).rate
            #expect(dollar == FXFixture.rates()[0])
            let before = try await fx.client.getRate(.init(currency: "USD", on: "2026-11-19"))
            #expect(before.rate?.unitsPerEuro == "1.08")
            #expect(try await fx.client.getRate(.init(currency: "EUR")).rate?.unitsPerEuro == "1")
            let all = try await fx.client.listRates(.init(on: "2027-01-01")).rates
            #expect(all.map(\.currency) == ["ISK", "JPY", "USD"])
        }
    }

    @Test("Are not there before the first publication, nor for what was not published")
    func notFound() async throws {
        try await FXFixture.with { fx in
            let none = await refusal { try await fx.client.listRates(.init()) }
            #expect(none?.code == .notFound)
            #expect(none?.reason == .rateNotFound)
            _ = try await fx.operator.importRates(.init(rates: FXFixture.rates()))
            for request in [
                FXV1.GetRateRequest(currency: "KWD"),
                FXV1.GetRateRequest(currency: "USD", on: "2026-11-19"),
            ] {
                let error = await refusal { try await fx.client.getRate(request) }
                #expect(error?.reason == .rateNotFound)
            }
            let unknown = await refusal { try await fx.client.getRate(.init(currency: "ABC")) }
            #expect(unknown?.violations.map(\.field) == ["currency"])
            let day = await refusal { try await fx.client.listRates(.init(on: "yesterday")) }
            #expect(day?.violations.map(\.field) == ["on"])
        }
    }

    @Test("Never change: another value for a day refuses the whole import")
    func conflict() async throws {
        try await FXFixture.withRates { fx in
            let rates = FXFixture.rates([("CHF", "0.95"), ("USD", "1.0848")])
            let error = await refusal { try await fx.operator.importRates(.init(rates: rates)) }
            #expect(error?.code == .alreadyExists)
            #expect(error?.reason == .rateConflict)
            #expect(error?.metadata["currency"] == "USD")
            let all = try await fx.client.listRates(.init()).rates
            #expect(all == FXFixture.rates().sorted { $0.currency < $1.currency })
        }
    }

    @Test("Are refused with the field named, and leave no trace")
    func badInput() async throws {
        try await FXFixture.with { fx in
            func rate(
                _ currency: String = "USD", _ units: String = "1", _ day: String = FXFixture.today,
                _ source: String = "ecb"
            ) -> FXV1.Rate {
                .init(currency: currency, unitsPerEuro: units, publishedOn: day, source: source)
            }
            let cases: [([FXV1.Rate], String)] = [
                ([], "rates"), ([rate("XXX")], "rates[0].currency"),
                ([rate(), rate()], "rates[1].currency"),
                ([rate("USD", "1e3")], "rates[0].units_per_euro"),
                ([rate("USD", "0")], "rates"), ([rate("USD", "-1")], "rates"),
                ([rate("EUR", "1")], "rates"),
                ([rate("USD", "1", "20.11.2026")], "rates[0].published_on"),
                ([rate("USD", "1", "2026-11-21")], "rates[0].published_on"),
                ([rate(), rate("USD", "1", FXFixture.today, "bank")], "rates[1].source"),
            ]
            for (rates, field) in cases {
                let error = await refusal { try await fx.operator.importRates(.init(rates: rates)) }
                #expect(error?.code == .invalidArgument)
                #expect(error?.violations.map(\.field) == [field])
            }
            let none = await refusal { try await fx.client.listRates(.init()) }
            #expect(none?.code == .notFound, "nothing was stored")
        }
    }

    @Test("Are not taken when most of the currencies are missing")
    func partial() async throws {
        try await FXFixture.with { fx in
            let codes = ["USD", "JPY", "CHF", "GBP", "SEK", "NOK", "DKK", "PLN"]
            let full = FXFixture.rates(codes.map { ($0, "2") }, on: "2026-11-19")
            _ = try await fx.operator.importRates(.init(rates: full))
            let error = await refusal {
                try await fx.operator.importRates(.init(rates: FXFixture.rates([("USD", "2")])))
            }
            #expect(error?.code == .invalidArgument)
            #expect(try await fx.client.listRates(.init()).rates.count == codes.count)
        }
    }

    @Test("Of the ECB stay in use, however many samples come later")
    func samples() async throws {
        try await FXFixture.with { fx in
            let sample = FXFixture.rates([("USD", "2")], source: "sample")
            _ = try await fx.operator.importRates(.init(rates: sample))
            #expect(try await fx.client.getRate(.init(currency: "USD")).rate?.source == "sample")
            let real = FXFixture.rates([("USD", "1.1")], on: "2026-11-18")
            _ = try await fx.operator.importRates(.init(rates: real))
            #expect(try await fx.client.getRate(.init(currency: "USD")).rate == real[0])
        }
    }

    @Test("Are imported by operators only")
    func roles() async throws {
        try await FXFixture.with { fx in
            for caller in [fx.client, fx.orchestrator] {
                let error = await refusal {
                    try await caller.importRates(.init(rates: FXFixture.rates()))
                }
                #expect(error?.code == .permissionDenied)
            }
        }
    }
}
