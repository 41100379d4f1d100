import Postgres
import TestKit
import Testing

@Suite("Transactions")
struct TransactionTests {
    /// A pool over a table `accounts (id, balance)` with accounts 1 and 2 at 100 each.
    private static func accounts(
        _ change: (inout PostgresConfiguration) -> Void = { _ in }
    ) async throws -> PostgresPool {
        let pool = try await EphemeralDatabase.makeEmpty().pool(change)
        try await pool.pipeline([
            PostgresStatement("CREATE TABLE accounts (id int8 PRIMARY KEY, balance int8 NOT NULL)"),
            PostgresStatement("INSERT INTO accounts VALUES (1, 100), (2, 100)"),
        ])
        return pool
    }

    private static let add = "UPDATE accounts SET balance = balance + $2 WHERE id = $1"

    private static func balances(_ pool: PostgresPool) async throws -> [Int64] {
        try await pool.query("SELECT balance FROM accounts ORDER BY id").map { try $0.int64(0) }
    }

    private struct Refusal: Error {}

    @Test("Commits what the closure did, enqueued statements included")
    func commits() async throws {
        let pool = try await Self.accounts()
        let seen = try await pool.withTransaction { transaction in
            try transaction.enqueue(Self.add, [.int64(1), .int64(-30)])
            let rows = try await transaction.query("SELECT balance FROM accounts WHERE id = 1")
            try transaction.enqueue(Self.add, [.int64(2), .int64(30)])
            return try rows[0].int64(0)
        }
        #expect(seen == 70)
        #expect(try await Self.balances(pool) == [70, 130])
        await pool.close()
    }

    @Test("Rolls back what the closure did when it throws")
    func rollsBack() async throws {
        let pool = try await Self.accounts { $0.connections = 1 }
        await #expect(throws: Refusal.self) {
            try await pool.withTransaction { transaction in
                try await transaction.query(Self.add, [.int64(1), .int64(1)])
                throw Refusal()
            }
        }
        #expect(try await Self.balances(pool) == [100, 100])
        await pool.close()
    }

    @Test("A caught error dooms the transaction all the same")
    func doesNotSwallowErrors() async throws {
        let pool = try await Self.accounts { $0.connections = 1 }
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction { transaction in
                try await transaction.query(Self.add, [.int64(1), .int64(1)])
                _ = try? await transaction.query("SELECT 1 / 0")
            }
        }
        #expect(error?.code == .other("22012"))
        #expect(try await Self.balances(pool) == [100, 100])
        await pool.close()
    }

    @Test("An enqueued statement that fails is found at the commit")
    func findsLateFailures() async throws {
        let pool = try await Self.accounts { $0.connections = 1 }
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction { transaction in
                try transaction.enqueue(Self.add, [.int64(1), .int64(1)])
                try transaction.enqueue("INSERT INTO accounts VALUES (1, 1)")
            }
        }
        #expect(error?.code == .uniqueViolation)
        #expect(try await Self.balances(pool) == [100, 100])
        await pool.close()
    }

    @Test("A read-only transaction refuses to write")
    func readsOnly() async throws {
        let pool = try await Self.accounts()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction(readOnly: true) {
                try await $0.query(Self.add, [.int64(1), .int64(1)])
            }
        }
        #expect(error?.code == .other("25006"))
        await pool.close()
    }

    @Test("Serialization failures run again until both are in")
    func retriesSerializationFailures() async throws {
        let pool = try await Self.accounts()
        let meeting = Meeting(of: 2)
        let runs = Counter()
        // Both read before either writes: PostgreSQL must refuse one of them.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 1...2 {
                group.addTask {
                    let ownRuns = Counter()
                    try await pool.withTransaction(isolation: .serializable) { transaction in
                        runs.next()
                        let rows = try await transaction.query(
                            "SELECT balance FROM accounts WHERE id = 1")
                        let balance = try rows[0].int64(0)
                        if ownRuns.next() == 1 { await meeting.arrive() }
                        try await transaction.query(
                            "UPDATE accounts SET balance = $1 WHERE id = 1", [.int64(balance + 1)])
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(runs.value >= 3)
        #expect(try await Self.balances(pool) == [102, 100])
        await pool.close()
    }

    @Test("The victim of a deadlock runs again, even when its error was wrapped")
    func retriesDeadlocks() async throws {
        let pool = try await Self.accounts()
        let meeting = Meeting(of: 2)
        let runs = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (first, second) in [(1, 2), (2, 1)] as [(Int64, Int64)] {
                group.addTask {
                    let ownRuns = Counter()
                    try await pool.withTransaction { transaction in
                        runs.next()
                        try await transaction.query(Self.add, [.int64(first), .int64(1)])
                        if ownRuns.next() == 1 { await meeting.arrive() }
                        do {
                            try await transaction.query(Self.add, [.int64(second), .int64(1)])
                        } catch {
                            throw Refusal()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        // Each victim once; a slow machine may let them meet again.
        #expect(runs.value >= 3)
        #expect(try await Self.balances(pool) == [102, 102])
        await pool.close()
    }

    @Test("Retries are bounded, and the last failure is the caller's")
    func boundsRetries() async throws {
        let pool = try await Self.accounts { $0.transactionAttempts = 3 }
        let runs = Counter()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction { transaction in
                runs.next()
                try await transaction.query(
                    "DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
            }
        }
        #expect(error?.code == .serializationFailure)
        #expect(runs.value == 3)
        await pool.close()
    }

    @Test("Is over when its closure has returned")
    func endsWithItsClosure() async throws {
        let pool = try await Self.accounts()
        let escaped = try await pool.withTransaction { transaction in
            try await transaction.query("SELECT 1")
            return transaction
        }
        let error = await #expect(throws: PostgresError.self) {
            try await escaped.query("SELECT 1")
        }
        #expect(error?.code == .misuse)
        await pool.close()
    }

    @Test("Runs a script of several statements inside of the transaction")
    func runsScripts() async throws {
        let pool = try await Self.accounts { $0.connections = 1 }
        let script = """
            -- A comment; and a semicolon in it.
            CREATE TABLE notes (note text);
            INSERT INTO notes VALUES ('a;b'), ($$c;d$$);
            """
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction { try await $0.runScript(script + "SELECT 1 / 0;") }
        }
        #expect(error?.code == .other("22012"))
        try await pool.withTransaction { transaction in
            try await transaction.runScript(script)
            try transaction.enqueue("INSERT INTO notes VALUES ($1)", [.text("e")])
        }
        let notes = try await pool.query("SELECT note FROM notes ORDER BY note")
        #expect(try notes.map { try $0.text(0) } == ["a;b", "c;d", "e"])
        await pool.close()
    }
}
