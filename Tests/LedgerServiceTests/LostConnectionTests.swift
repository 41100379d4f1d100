internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import Synchronization
internal import TLS
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ledger owner and lost connections")
struct LostConnectionTests {
    /// The commit happens, its answer does not come.
    @Test("Finds in the journal what a commit did whose answer was lost")
    func committedButLost() async throws {
        try await OwnedBooks.open { books in
            let losses = Mutex(2)
            let attempts = try await Self.attempts(books) { script in
                try await books.pool.run(script)
                let isLost = losses.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isLost { throw PostgresError(.commitOutcomeUnknown) }
            }
            let commit = try await Self.commit(of: move(10), books)
            let first = await attempts.run(commit)
            guard case .committed = first else {
                Issue.record("\(first)")
                return
            }
            #expect(try await books.count(.transfer) == 1)
            #expect(losses.withLock(\.self) == 1, "it must not be sent again")
        }
    }

    @Test("Sends again what the journal does not have")
    func notCommitted() async throws {
        try await OwnedBooks.open { books in
            let losses = Mutex(3)
            let attempts = try await Self.attempts(books) { script in
                let isLost = losses.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isLost { throw PostgresError(.commitOutcomeUnknown) }
                try await books.pool.run(script)
            }
            let outcome = await attempts.run(try await Self.commit(of: move(10), books))
            guard case .committed = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(try await books.count(.transfer) == 1)
        }
    }

    @Test("Under an old epoch nothing is written, and it is told so")
    func fenced() async throws {
        try await OwnedBooks.open { books in
            for isAnswered in [true, false] {
                let attempts = try await Self.attempts(books) { script in
                    guard isAnswered else { throw PostgresError(.commitOutcomeUnknown) }
                    try await books.pool.run(script)
                }
                let commit = try await Self.commit(of: move(10), books, epochs: -1)
                let outcome = await attempts.run(commit)
                guard case .lost = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
            }
            #expect(try await books.count(.transfer) == 0)
        }
    }

    private static func attempts(
        _ books: OwnedBooks, _ send: @escaping @Sendable (PostgresScript) async throws -> Void
    ) async throws -> CommitAttempts {
        CommitAttempts(
            send: send, ownership: books.owner.ownership, limit: .seconds(20),
            logger: Logger(label: "test"))
    }

    /// A commit as the owner would make it.
    private static func commit(
        of transfer: Transfer, _ books: OwnedBooks, epochs: Int64 = 0
    ) async throws -> JournalCommit {
        let row = try await books.pool.query("SELECT epoch FROM ledger_owner").first
        var made = transfer
        made.createdAt = books.clock.now() + .seconds(1)
        var chain = SHA256Chain(after: [UInt8](repeating: 0, count: 32))
        return JournalCommit(
            [JournalEntry(kind: .transfer, transfer: made)], shard: 0,
            epoch: (try row?.int64(0) ?? 0) + epochs, &chain)
    }

    /// The server ends the session while it works on the COMMIT, so nothing of it happened. A
    /// sequence counts, since what a transaction draws from it stays drawn.
    @Test(
        "Does again what a commit did not do, wherever it was killed",
        arguments: [
            "CREATE TRIGGER kill BEFORE INSERT ON journal_commit",
            "CREATE TRIGGER kill AFTER INSERT ON journal_commit",
            "CREATE TRIGGER kill AFTER INSERT ON journal",
            """
            CREATE CONSTRAINT TRIGGER kill AFTER INSERT ON journal_commit
            DEFERRABLE INITIALLY DEFERRED
            """,
        ])
    func killedAtCommit(trigger: String) async throws {
        try await OwnedBooks.open { books in
            let owner = try books.database.ownerPool(connections: 1)
            for statement in [
                "CREATE SEQUENCE commits", "GRANT USAGE ON commits TO florin_ledger",
                """
                CREATE FUNCTION kill_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('commits') <= 2 THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                    RETURN NEW;
                END $$
                """,
                "\(trigger) FOR EACH ROW EXECUTE FUNCTION kill_twice()",
            ] { try await owner.query(statement) }
            #expect(try await books.transfer(move(10)) == [.created])
            let drawn = try await owner.query("SELECT last_value FROM commits")
            #expect(try drawn.first?.int64(0) == 3)
            #expect(try await books.count(.transfer) == 1)
            #expect(try await books.balances(1) == [Balances(debitsPosted: 1)])
            await owner.close()
        }
    }

    @Test("Sessions killed in the middle of work: every transfer once, every answer true")
    func killedUnderLoad() async throws {
        try await OwnedBooks.open { books in
            let killer = try SessionKiller(books.database)
            let rounds: UInt64 = 20
            let callers: UInt64 = 10
            for round in 0..<rounds {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for caller in 0..<callers {
                        let transfer = move(1_000 + round * callers + caller)
                        group.addTask { try await Self.insist(on: transfer, books) }
                    }
                    group.addTask { try await killer.killSessions() }
                    try await group.waitForAll()
                }
            }
            await killer.close()
            let books = try books.onFreshConnections()
            let count = rounds * callers
            #expect(try await books.count(.transfer) == Int64(count))
            #expect(try await books.balances(2) == [Balances(creditsPosted: Int64(count))])
            try await books.checkProof()
            await books.pool.close()
        }
    }

    /// Sends the transfer until it is answered, as a saga does.
    private static func insist(on transfer: Transfer, _ books: OwnedBooks) async throws {
        while true {
            do {
                let results = try await books.transfer(transfer)
                #expect([[.created], [.exists]].contains(results))
                return
            } catch let error as RPCError where error.code == .unavailable {
                continue
            }
        }
    }
}

/// Ends the sessions of the ledger's role, at any moment of theirs.
private struct SessionKiller: Sendable {
    private let pool: PostgresPool

    init(_ database: EphemeralDatabase) throws {
        self.pool = try PostgresPool(
            configuration: PostgresConfiguration(dsn: database.superuserDSN, connections: 1),
            logger: Logger(label: "test"))
    }

    func killSessions() async throws {
        try await self.pool.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'florin_ledger'
            """)
    }

    func close() async { await self.pool.close() }
}
