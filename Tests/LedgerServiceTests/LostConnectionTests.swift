internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import Synchronization
internal import TestKit
internal import Testing

@testable internal import LedgerService

@Suite("Ledger writer and lost connections")
struct LostConnectionTests {
    /// The COMMIT arrives, its answer does not.
    @Test("Finds what a COMMIT did whose answer was lost, and answers as if it had come")
    func committedButLost() async throws {
        try await Books.open { books in
            let losses = Mutex(2)
            let commit: CommitAttempts.Commit = { requests, decided in
                try await books.store.commit(requests, decided: decided)
                let isLost = losses.withLock { left in
                    left -= 1
                    return left >= 0
                }
                if isLost { throw PostgresError(.commitOutcomeUnknown) }
            }
            let outcome = await CommitAttempts(commit: commit, logger: Logger(label: "test")).run(
                [
                    .createTransfers([move(10), move(11, from: 4, to: 1)], operation: nil),
                    .createTransfers(
                        [move(12, flags: .linked), move(13, from: 2, to: 1)], operation: nil),
                ], attempts: 5)
            guard case .committed(let answers) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            let results = try answers.map { try $0.get() }
            #expect(results == [[.created, .exceedsCredits], [.created, .created]])
            #expect(try await books.count("transfer") == 3)
            #expect(try await books.balances(1) == Balances(debitsPosted: 2, creditsPosted: 1))
        }
    }

    @Test("Leaves the outcome open when it cannot find out")
    func stillUnknown() async throws {
        let outcome = await CommitAttempts(
            commit: { _, _ in throw PostgresError(.commitOutcomeUnknown) },
            logger: Logger(label: "test")
        ).run([.createTransfers([move(10)], operation: nil)], attempts: 2)
        guard case .failed(let error) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(error.code == .unavailable && error.mayHaveRun)
        #expect(error.reason == .databaseUnavailable)
    }

    /// The server ends the session while it works on the COMMIT, so nothing of it happened. A
    /// sequence counts, since what a transaction draws from it stays drawn.
    @Test("Does again what a COMMIT did not do")
    func killedAtCommit() async throws {
        try await Books.open { books in
            let owner = try books.database.ownerPool(connections: 1)
            for statement in [
                "CREATE SEQUENCE commits", "GRANT USAGE ON commits TO florin_ledger",
                """
                CREATE FUNCTION kill_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('commits') <= 2 THEN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                    END IF;
                    RETURN NULL;
                END $$
                """,
                """
                CREATE CONSTRAINT TRIGGER kill_twice AFTER INSERT ON transfer
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kill_twice()
                """,
            ] { try await owner.query(statement) }
            #expect(try await books.transfer(move(10)) == [.created])
            let drawn = try await owner.query("SELECT last_value FROM commits")
            #expect(try drawn.first?.int64(0) == 3)
            #expect(try await books.count("transfer") == 1)
            #expect(try await books.balances(1)?.debitsPosted == 1)
            await owner.close()
        }
    }

    @Test("Sessions killed in the middle of work: every transfer once, every answer true")
    func killedUnderLoad() async throws {
        try await Books.open { books in
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
            let count = rounds * callers
            #expect(try await books.count("transfer") == Int64(count))
            #expect(try await books.balances(2)?.creditsPosted == Int64(count))
            try await books.checkSums()
            await killer.close()
        }
    }

    /// Sends the transfer until it is answered, as a saga does.
    private static func insist(on transfer: Transfer, _ books: Books) async throws {
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
