internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import TestKit
internal import Testing

@testable internal import LedgerService

/// A ledger with a running writer on a database of its own, without the wire.
struct Books: Sendable {
    let database: EphemeralDatabase
    let pool: PostgresPool
    let clock: ManualClock
    let store: LedgerStore
    let writer: LedgerWriter

    /// Runs `body` on a fresh ledger with accounts 1 to 4 in USD; 4 may not go below zero.
    static func open(
        runningClock: (any WallClock)? = nil,
        _ body: @escaping @Sendable (Books) async throws -> Void
    ) async throws {
        let database = try await EphemeralDatabase.make(service: "ledger")
        try await self.open(database, runningClock: runningClock) { books in
            let opened = try await books.writer.submit(
                .createAccounts(
                    (UInt64(1)...4).map { number in
                        Account(
                            id: id(number), name: "account-\(number)", currency: "USD",
                            flags: number == 4 ? .debitsMustNotExceedCredits : [])
                    }))
            #expect(opened == [.created, .created, .created, .created])
            try await body(books)
        }
    }

    /// Runs `body` with a writer of its own on a database that others may write to as well.
    ///
    /// - Parameter runningClock: Goes by itself; without it the test moves ``clock``.
    static func open(
        _ database: EphemeralDatabase, runningClock: (any WallClock)? = nil,
        _ body: @escaping @Sendable (Books) async throws -> Void
    ) async throws {
        let pool = try database.pool()
        let clock = ManualClock()
        let store = LedgerStore(database: pool, clock: runningClock ?? clock)
        var logger = Logger(label: "florin.test.ledger")
        logger.logLevel = .error
        let writer = LedgerWriter(store: store, logger: logger)
        let books = Books(
            database: database, pool: pool, clock: clock, store: store, writer: writer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await writer.run() }
            try await body(books)
            group.cancelAll()
            try await group.waitForAll()
        }
        await pool.close()
    }

    func transfer(_ transfers: Transfer...) async throws -> [ResultCode] {
        try await self.writer.submit(.createTransfers(transfers, operation: nil))
    }

    func balances(_ number: UInt64) async throws -> Balances? {
        try await self.store.accounts([id(number)]).first?.balances
    }

    func count(_ table: String) async throws -> Int64 {
        try await self.pool.query("SELECT count(*) FROM \(table)").first?.int64(0) ?? -1
    }

    /// Debits equal credits, pending and posted, and every balance is the sum of its transfers.
    func checkSums() async throws {
        for line in try await self.store.trialBalance() {
            #expect(line.balances.debitsPosted == line.balances.creditsPosted)
            #expect(line.balances.debitsPending == line.balances.creditsPending)
        }
        let wrong = try await self.pool.query(
            """
            SELECT a.name FROM account AS a WHERE a.debits_posted <> (
                SELECT coalesce(sum(t.amount), 0) FROM transfer AS t
                WHERE t.debit_account_id = a.id AND t.flags & 10 = 0)
            OR a.debits_pending <> (
                SELECT coalesce(sum(t.amount), 0) FROM transfer AS t
                JOIN pending_transfer AS p ON p.transfer_id = t.id
                WHERE t.debit_account_id = a.id AND p.status = 1)
            """)
        #expect(wrong.isEmpty)
    }
}

func id(_ number: UInt64) -> UUID128 { UUID128(high: 0, low: number) }

/// A transfer of 1 from account 1 to account 2 unless told otherwise.
func move(
    _ number: UInt64, from debit: UInt64 = 1, to credit: UInt64 = 2, amount: Int64 = 1,
    flags: Transfer.Flags = [], timeoutSeconds: UInt32 = 0
) -> Transfer {
    Transfer(
        id: id(number), debitAccountID: id(debit), creditAccountID: id(credit), amount: amount,
        currency: "USD", flags: flags, code: 1, timeoutSeconds: timeoutSeconds)
}

func settle(_ number: UInt64, _ pending: UInt64, _ flag: Transfer.Flags, amount: Int64 = 0)
    -> Transfer
{
    Transfer(id: id(number), amount: amount, pendingID: id(pending), flags: flag)
}
