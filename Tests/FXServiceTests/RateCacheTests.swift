internal import FXService
internal import Identifiers
internal import Messages
internal import PrometheusMetrics
internal import RPC
internal import Stubs
internal import TLS
internal import TestKit
internal import Testing

/// Two replicas on one database: what one of them keeps in memory must not hide what was written
/// through the other.
@Suite("Rates in memory", .timeLimit(.minutes(5)))
struct RateCacheTests {
    @Test("An import through one replica is seen through the other by the next call")
    func otherReplica() async throws {
        try await FXFixture.with { one in
            try await withService(
                FXDefinition.self, clock: one.clock, database: one.service.database
            ) { service in
                let other = FXServiceClient(try service.channel(as: .client))
                // Absence is remembered, and ends.
                let none = await refusal { try await other.getRate(.init(currency: "USD")) }
                #expect(none?.reason == .rateNotFound)

                let days = (1...20).map { "2026-11-\($0 < 10 ? "0" : "")\($0)" }
                for (number, day) in days.enumerated() {
                    let units = "1.0\(number + 10)1"
                    _ = try await one.operator.importRates(
                        .init(rates: FXFixture.rates([("USD", units)], on: day)))
                    let seen = try await other.getRate(.init(currency: "USD")).rate
                    #expect(seen?.unitsPerEuro == units)
                    #expect(seen?.publishedOn == day)
                }
                // A currency that is added to a day that was read already.
                let later = await refusal { try await other.getRate(.init(currency: "JPY")) }
                #expect(later?.reason == .rateNotFound)
                _ = try await one.operator.importRates(
                    .init(rates: FXFixture.rates([("JPY", "161.27")], on: FXFixture.today)))
                let added = try await other.getRate(.init(currency: "JPY")).rate
                #expect(added?.unitsPerEuro == "161.27")
            }
        }
    }

    @Test("Callers at once see at least what was imported before they asked")
    func concurrently() async throws {
        try await FXFixture.with { one in
            try await withService(
                FXDefinition.self, clock: one.clock, database: one.service.database
            ) { service in
                let other = FXServiceClient(try service.channel(as: .client))
                for number in 1...20 {
                    let day = "2026-11-\(number < 10 ? "0" : "")\(number)"
                    _ = try await one.operator.importRates(
                        .init(rates: FXFixture.rates([("USD", "1.1")], on: day)))
                    let seen = try await withThrowingTaskGroup(of: String.self) { group in
                        for _ in 0..<32 {
                            group.addTask {
                                try await other.getRate(.init(currency: "USD")).rate?
                                    .publishedOn ?? ""
                            }
                        }
                        return try await group.reduce(into: Set()) { $0.insert($1) }
                    }
                    #expect(seen == [day])
                }
            }
        }
    }

    @Test("Are read once for each version, and lookups are counted")
    func counted() async throws {
        let metrics = PrometheusMetrics()
        let day = try #require(CalendarDay(FXFixture.today))
        let clock = ManualClock(day.start + .seconds(12 * 3600))
        try await withService(FXDefinition.self, clock: clock, exposition: metrics) { service in
            let client = FXServiceClient(try service.channel(as: .client))
            let admin = FXServiceClient(try service.channel(as: .operator))
            func lookups(_ result: String) -> Int {
                let line = String(decoding: metrics.render(), as: UTF8.self)
                    .split(separator: "\n").first {
                        $0.hasPrefix("florin_cache_lookups_total{")
                            && $0.contains("result=\"\(result)\"")
                    }
                return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
            }
            _ = try await admin.importRates(.init(rates: FXFixture.rates()))
            for _ in 0..<10 { _ = try await client.getRate(.init(currency: "USD")) }
            #expect((lookups("miss"), lookups("hit")) == (1, 9))
            // Nothing is added, so nothing is forgotten.
            _ = try await admin.importRates(.init(rates: FXFixture.rates()))
            _ = try await client.getRate(.init(currency: "JPY"))
            #expect((lookups("miss"), lookups("hit")) == (1, 10))
            _ = try await admin.importRates(
                .init(rates: FXFixture.rates([("USD", "1.08")], on: "2026-11-19")))
            _ = try await client.getRate(.init(currency: "USD"))
            #expect((lookups("miss"), lookups("hit")) == (2, 10))
        }
    }
}
