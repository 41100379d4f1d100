internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle
internal import TestKit
internal import Testing

@testable internal import LedgerService

/// A ledger with a running owner on a database of its own, without the wire.
struct OwnedBooks: Sendable {
    let database: EphemeralDatabase
    let pool: PostgresPool
    let clock: ManualClock
    let owner: LedgerOwner

    var queries: JournalQueries { JournalQueries(database: self.pool, shard: 0) }

    /// Runs `body` on a fresh ledger with accounts 1 to 4 in USD; 4 may not go below zero.
    static func open(
        limits: LedgerOwner.Limits = Self.limits,
        _ body: @escaping @Sendable (OwnedBooks) async throws -> Void
    ) async throws {
        let database = try await EphemeralDatabase.make(service: "ledger")
        try await self.open(database, limits: limits) { books in
            try await books.waitUntilOwner()
            let opened = try await books.results(
                of: .createAccounts(
                    (UInt64(1)...4).map { number in
                        Account(
                            id: id(number), name: "account-\(number)", currency: "USD",
                            flags: number == 4 ? .debitsMustNotExceedCredits : [])
                    }))
            #expect(opened == [.created, .created, .created, .created])
            try await body(books)
        }
    }

    /// Runs `body` with an owner, or a standby, on a database that others may use as well.
    static func open(
        _ database: EphemeralDatabase, clock: ManualClock = ManualClock(),
        limits: LedgerOwner.Limits = Self.limits, ending: Ending = .shutdown,
        _ body: @escaping @Sendable (OwnedBooks) async throws -> Void
    ) async throws {
        let pool = try database.pool()
        var logger = Logger(label: "florin.test.ledger")
        logger.logLevel = .critical
        let owner = LedgerOwner(
            database: pool, shard: 0, holder: UUID128(high: 1, low: .random(in: 1 ... .max)),
            clock: clock, limits: limits, logger: logger)
        let books = OwnedBooks(database: database, pool: pool, clock: clock, owner: owner)
        let group = ServiceGroup(services: [owner], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(books)
            switch ending {
            case .shutdown:
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            case .crash:
                tasks.cancelAll()
                try? await tasks.waitForAll()
                // Its lease would have run out.
                let owner = try database.ownerPool(connections: 1)
                try await owner.query("UPDATE ledger_owner SET lease_until = now()")
                await owner.close()
            }
        }
        await pool.close()
    }

    enum Ending {
        case shutdown
        /// No last checkpoint, and nobody else is told.
        case crash
    }

    /// A lease that no busy machine runs out of by itself.
    static var limits: LedgerOwner.Limits {
        var limits = LedgerOwner.Limits()
        limits.lease = .seconds(20)
        return limits
    }

    func waitUntilOwner() async throws {
        let isOwner = try await eventually { self.owner.isOwner }
        #expect(isOwner)
    }

    /// The same, whose own questions do not meet a session that was killed.
    func onFreshConnections() throws -> OwnedBooks {
        OwnedBooks(
            database: self.database, pool: try self.database.pool(), clock: self.clock,
            owner: self.owner)
    }

    func results(of request: LedgerRequest) async throws(RPCError) -> [ResultCode] {
        guard case .results(let results) = try await self.owner.submit(request) else { return [] }
        return results
    }

    func transfer(_ transfers: Transfer...) async throws -> [ResultCode] {
        try await self.results(of: .createTransfers(transfers, operation: nil))
    }

    func balances(_ numbers: UInt64...) async throws -> [Balances] {
        guard case .accounts(let accounts) = try await self.owner.submit(.accounts(numbers.map(id)))
        else { return [] }
        return accounts.map(\.balances)
    }

    /// How many entries of a kind the journal has.
    func count(_ kind: JournalEntry.Kind) async throws -> Int64 {
        try await self.pool.query(
            "SELECT count(*) FROM journal WHERE kind = $1", [.int16(kind.rawValue)]
        ).first?.int64(0) ?? -1
    }

    /// The journal is whole, and memory is what it comes to.
    func checkProof() async throws {
        let finding = try await self.verify()
        #expect(finding.wrong == nil)
        for number in UInt64(1)...4 {
            let live = try await self.balances(number).first
            let stored = try await self.queries.balances(
                of: id(number), at: Timestamp(microseconds: .max))
            #expect(live == stored, "account \(number)")
        }
    }

    func verify() async throws -> Verification.Finding {
        try await Verification(database: self.pool, shard: 0).run { _, _ in }
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
