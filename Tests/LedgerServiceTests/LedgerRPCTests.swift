internal import Identifiers
internal import Messages
internal import Postgres
internal import RPC
internal import Stubs
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ledger over RPC")
struct LedgerRPCTests {
    @Test("Opens accounts, moves money, and reads it all back")
    func wholeRound() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            let results = try await client.createTransfers(
                .init(transfers: [
                    wire(10, amount: 100, flags: 2, userData: 77), wire(11, amount: 30),
                ])
            ).results
            #expect(results == [.created, .created])
            let posted = try await client.createTransfers(
                .init(transfers: [
                    .init(id: wireID(20), amount: 60, pendingID: wireID(10), flags: 4)
                ])
            ).results
            #expect(posted == [.created])

            let accounts = try await client.lookupAccounts(
                .init(ids: [wireID(2), wireID(99), wireID(1)])
            ).accounts
            #expect(accounts.map(\.name) == ["merchant:acme", "acquirer"])
            #expect(accounts.map(\.creditsPosted) == [90, 0])
            #expect(accounts.map(\.debitsPosted) == [0, 90])
            let records = try await client.lookupTransfers(
                .init(ids: [wireID(10), wireID(20)])
            ).transfers
            #expect(records.map(\.pendingStatus) == [.posted, .unspecified])
            #expect(records.map(\.amount) == [100, 60])
            #expect(records.map { $0.transfer?.userData } == [wireID(77), wireID(77)])
            #expect(records.first?.debitAccountName == "acquirer")
            let lines = try await service.client.trialBalance(.init()).lines
            #expect(lines.map(\.currency) == ["EUR", "USD"])
            #expect(lines.map(\.debitsPosted) == [0, 90])
            #expect(lines.map(\.creditsPosted) == [0, 90])
            #expect(lines.map(\.accounts) == [1, 2])
        }
    }

    @Test("Turns pages of accounts and transfers, and filters them")
    func pages() async throws {
        try await withLedger { service in
            let client = try service.client
            let made = try await service.orchestrator.createTransfers(
                .init(transfers: (10..<15).map { wire($0, userData: $0.isMultiple(of: 2) ? 8 : 0) })
            ).results
            #expect(made.count == 5)
            var seen: [UInt64?] = []
            var cursor = ""
            repeat {
                let page = try await client.listTransfers(
                    .init(page: .init(limit: 2, cursor: cursor), accountID: wireID(1)))
                seen += page.transfers.map { $0.transfer?.id?.low }
                cursor = page.page?.nextCursor ?? ""
            } while !cursor.isEmpty
            #expect(seen == [14, 13, 12, 11, 10])
            let even = try await client.listTransfers(.init(userData: wireID(8))).transfers
            #expect(even.map { $0.transfer?.id?.low } == [14, 12, 10])

            let first = try await client.listAccounts(.init(page: .init(limit: 2)))
            #expect(first.accounts.map(\.name) == ["acquirer", "merchant:acme"])
            let second = try await client.listAccounts(
                .init(page: .init(limit: 2, cursor: first.page?.nextCursor ?? "")))
            #expect(second.accounts.map(\.name) == ["merchant:euro"])
            #expect(second.page?.nextCursor == "")
            let merchants = try await client.listAccounts(.init(namePrefix: "merchant:"))
            #expect(merchants.accounts.count == 2)
            let euros = try await client.listAccounts(.init(currency: "EUR"))
            #expect(euros.accounts.map(\.name) == ["merchant:euro"])
        }
    }

    @Test("Bad input is refused with the field, and leaves no row")
    func badInput() async throws {
        try await withLedger { service in
            let client = try service.orchestrator
            let tooMany = [LedgerV1.Transfer](repeating: wire(10), count: 8_191)
            #expect(
                await refusal { try await client.createTransfers(.init(transfers: tooMany)) }
                    == "transfers")
            #expect(
                await refusal {
                    try await client.createAccounts(
                        .init(accounts: [.init(id: wireID(9), name: "a\0b", currency: "USD")]))
                } == "accounts[0].name")
            #expect(
                await refusal {
                    try await service.client.listTransfers(.init(page: .init(limit: 101)))
                } == "page.limit")
            #expect(
                await refusal {
                    try await service.client.listTransfers(.init(page: .init(cursor: "x")))
                } == "page.cursor")
            #expect(
                await refusal {
                    try await client.createTransfers(
                        .init(
                            operation: .init(
                                sagaID: "saga_x", step: "hold", kind: .action, epoch: 1),
                            transfers: [wire(10)]))
                } == "operation.saga_id")
            let codes = try await client.createTransfers(
                .init(transfers: [
                    wire(10, amount: -5), wire(11, amount: 0), wire(12, currency: "U\0D"),
                    wire(13, flags: 256),
                ])
            ).results
            #expect(
                codes == [
                    .amountMustBePositive, .amountMustBePositive, .currencyUnknown, .reservedFlag,
                ])
            let accounts = try await client.createAccounts(
                .init(accounts: [.init(id: wireID(9), name: "x", currency: "U\0D")])
            ).results
            #expect(accounts == [.currencyUnknown])
            let pool = try service.harness.database.pool(connections: 1)
            let rows = try await pool.query("SELECT count(*) FROM journal WHERE kind <> 4")
            #expect(try rows.first?.int64(0) == 0)
            await pool.close()
        }
    }

    @Test("Only the orchestrator moves money")
    func callers() async throws {
        try await withLedger { service in
            let error = await failure {
                try await service.client.createTransfers(.init(transfers: [wire(10)]))
            }
            #expect(error?.code == .permissionDenied)
        }
    }

    @Test("Sweeps what has expired")
    func expiry() async throws {
        let clock = ManualClock()
        try await withLedger(settings: ["sweep-interval": "10ms"], clock: clock) { service in
            let results = try await service.orchestrator.createTransfers(
                .init(transfers: [wire(10, flags: 2, timeoutSeconds: 60)])
            ).results
            #expect(results == [.created])
            clock.advance(by: .seconds(61))
            var status = LedgerV1.PendingStatus.pending
            while status == .pending {
                let found = try await service.orchestrator.lookupTransfers(
                    .init(ids: [wireID(10)]))
                status = found.transfers.first?.pendingStatus ?? .unspecified
            }
            #expect(status == .expired)
            let account = try await service.orchestrator.lookupAccounts(.init(ids: [wireID(1)]))
            #expect(account.accounts.first?.debitsPending == 0)
        }
    }
}
