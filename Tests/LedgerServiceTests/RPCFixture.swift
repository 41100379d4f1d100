internal import Identifiers
internal import Messages
internal import RPC
internal import Stubs
internal import TLS
internal import TestKit
internal import Testing

@testable internal import LedgerService

/// A running ledger with clients for two kinds of callers.
struct RunningLedger: Sendable {
    let harness: ServiceHarness

    var orchestrator: LedgerServiceClient {
        get throws { LedgerServiceClient(try self.harness.channel(as: .orchestrator)) }
    }

    var client: LedgerServiceClient {
        get throws { LedgerServiceClient(try self.harness.channel(as: .client)) }
    }

    /// Debits pending and posted, credits pending and posted.
    func balances(_ number: UInt64) async throws -> [Int64] {
        try await self.orchestrator.lookupAccounts(.init(ids: [wireID(number)])).accounts
            .flatMap { [$0.debitsPending, $0.debitsPosted, $0.creditsPending, $0.creditsPosted] }
    }
}

/// Runs `body` on a ledger with accounts 1 and 2 in USD and 3 in EUR.
func withLedger(
    settings: [String: String] = [:], clock: any WallClock = SystemClock(),
    _ body: @escaping @Sendable (RunningLedger) async throws -> Void
) async throws {
    try await withService(LedgerDefinition.self, settings: settings, clock: clock) { harness in
        let service = RunningLedger(harness: harness)
        let isServing = try await eventually {
            await failure { try await service.orchestrator.lookupAccounts(.init()) } == nil
        }
        #expect(isServing)
        let results = try await service.orchestrator.createAccounts(
            .init(accounts: [
                .init(id: wireID(1), name: "acquirer", currency: "USD"),
                .init(id: wireID(2), name: "merchant:acme", currency: "USD"),
                .init(id: wireID(3), name: "merchant:euro", currency: "EUR"),
            ])
        ).results
        #expect(results == [.created, .created, .created])
        try await body(service)
    }
}

func wireID(_ number: UInt64) -> LedgerV1.Uint128 {
    LedgerV1.Uint128(high: 0, low: number)
}

/// A transfer of 1 USD cent from account 1 to account 2 unless told otherwise.
func wire(
    _ number: UInt64, from debit: UInt64 = 1, to credit: UInt64 = 2, amount: Int64 = 1,
    currency: String = "USD", flags: UInt32 = 0, userData: UInt64 = 0, timeoutSeconds: UInt32 = 0
) -> LedgerV1.Transfer {
    LedgerV1.Transfer(
        id: wireID(number), debitAccountID: wireID(debit), creditAccountID: wireID(credit),
        amount: amount, currency: currency, flags: flags, code: 1, userData: wireID(userData),
        timeoutSeconds: timeoutSeconds)
}

/// What a call that must fail fails with.
func failure<Response>(_ call: () async throws -> Response) async -> RPCError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? RPCError
    }
}

/// The field that a call is refused for.
func refusal<Response>(_ call: () async throws -> Response) async -> String? {
    await failure(call)?.violations.first?.field
}
