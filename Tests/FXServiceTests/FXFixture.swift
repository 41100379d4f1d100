internal import FXService
internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import TLS
internal import TestKit
internal import Testing

/// An fx service on a database of its own, as its callers see it, at noon of 2026-11-20.
struct FXFixture {
    let service: ServiceHarness
    let clock: ManualClock
    let client: FXServiceClient
    let `operator`: FXServiceClient
    let orchestrator: FXServiceClient

    static let today = "2026-11-20"

    /// Starts the service, without rates.
    static func with(
        settings: [String: String] = [:], _ body: @Sendable (FXFixture) async throws -> Void
    ) async throws {
        let day = try #require(CalendarDay(Self.today))
        let clock = ManualClock(day.start + .seconds(12 * 3600))
        try await withService(FXDefinition.self, settings: settings, clock: clock) { service in
            try await body(
                FXFixture(
                    service: service, clock: clock,
                    client: FXServiceClient(try service.channel(as: .client)),
                    operator: FXServiceClient(try service.channel(as: .operator)),
                    orchestrator: FXServiceClient(try service.channel(as: .orchestrator))))
        }
    }

    /// Starts the service with rates of today.
    static func withRates(
        settings: [String: String] = [:], _ body: @Sendable (FXFixture) async throws -> Void
    ) async throws {
        try await Self.with(settings: settings) { fx in
            _ = try await fx.operator.importRates(.init(rates: Self.rates()))
            try await body(fx)
        }
    }

    static func rates(
        _ units: [(String, String)] = [("USD", "1.0847"), ("JPY", "161.27"), ("ISK", "149.3")],
        on day: String = FXFixture.today, source: String = "ecb"
    ) -> [FXV1.Rate] {
        units.map {
            FXV1.Rate(currency: $0.0, unitsPerEuro: $0.1, publishedOn: day, source: source)
        }
    }

    func quote(
        _ minorUnits: Int64 = 100_00, _ currency: String = "USD", to target: String = "EUR",
        key: String = "key", lifetime: Int64 = 0
    ) async throws -> FXV1.Quote {
        let response = try await self.client.createQuote(
            .init(
                idempotencyKey: key, from: .init(minorUnits: minorUnits, currency: currency),
                toCurrency: target, lifetimeSeconds: lifetime))
        return try #require(response.quote)
    }

    func stored(_ id: String) async throws -> FXV1.Quote {
        try #require(try await self.client.getQuote(.init(quoteID: id)).quote)
    }
}

/// One saga, as the orchestrator calls for it.
struct TestSaga {
    let id = SystemIdentifierSource().next(SagaKind.self)

    func context(
        _ step: String, _ kind: CommonV1.OperationKind = .action, epoch: Int64 = 1
    ) -> CommonV1.OperationContext {
        .init(sagaID: self.id.description, step: step, kind: kind, epoch: epoch)
    }

    func lock(
        _ quoteID: String, _ minorUnits: Int64 = 100_00, _ currency: String = "USD",
        to target: String = "EUR", spread: Int64 = -1, epoch: Int64 = 1
    ) -> FXV1.LockQuoteRequest {
        .init(
            operation: self.context("lock_quote", epoch: epoch), quoteID: quoteID,
            from: .init(minorUnits: minorUnits, currency: currency), toCurrency: target,
            spreadBasisPoints: spread)
    }

    func consume(_ quoteID: String) -> FXV1.ConsumeQuoteRequest {
        .init(operation: self.context("consume_quote"), quoteID: quoteID)
    }

    /// Undoes the lock.
    func undo() -> FXV1.ReleaseQuoteRequest {
        .init(operation: self.context("lock_quote", .compensation))
    }
}

/// The error that a call is refused with.
func refusal(_ call: () async throws -> some Sendable) async -> RPCError? {
    do {
        _ = try await call()
    } catch {
        return error as? RPCError
    }
    return nil
}
