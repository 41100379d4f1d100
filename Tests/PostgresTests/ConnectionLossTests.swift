import Postgres
import TestKit
import Testing

@Suite("Connection loss and time")
struct ConnectionLossTests {
    @Test("A backend that is killed in the middle of a query is a lost connection; the next works")
    func losesConnectionInQuery() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.pool { $0.connections = 1 }
        let killer = try database.pool { $0.dsn = database.superuserDSN }
        async let code = errorCode { try await pool.query("SELECT pg_sleep(30), 'victim'") }
        try await Self.terminate("%victim%", with: killer)
        #expect(await code == .connectionLost)
        #expect(try await pool.query("SELECT 1::int8").first?.int64(0) == 1)
        await killer.close()
        await pool.close()
    }

    @Test("A connection that dies while idle is replaced before anyone gets it")
    func replacesDeadIdleConnection() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.pool { $0.connections = 1 }
        let killer = try database.pool { $0.dsn = database.superuserDSN }
        let before = try await Self.backend(pool)
        try await Self.terminate(backend: before, with: killer)
        // The server's farewell may still be on its way for a moment.
        var after = before
        while after == before {
            if let now = try? await Self.backend(pool) { after = now }
        }
        #expect(after != before)
        await killer.close()
        await pool.close()
    }

    @Test("A backend killed between statements undoes its transaction")
    func losesConnectionInTransaction() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.pool { $0.connections = 2 }
        let killer = try database.pool { $0.dsn = database.superuserDSN }
        try await pool.query("CREATE TABLE marks (id int8)")
        let error = await #expect(throws: PostgresError.self) {
            try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO marks VALUES (1)")
                let rows = try await transaction.query("SELECT pg_backend_pid()")
                try await Self.terminate(backend: rows[0].int32(0), with: killer)
                try await transaction.query("SELECT 1")
            }
        }
        #expect(error?.code == .connectionLost)
        #expect(try await pool.query("SELECT * FROM marks").isEmpty)
        await killer.close()
        await pool.close()
    }

    @Test("A connection lost with COMMIT on its way leaves the outcome unknown")
    func commitOutcomeIsUnknown() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.pool { $0.connections = 2 }
        let killer = try database.pool { $0.dsn = database.superuserDSN }
        try await pool.query("CREATE TABLE marks (id int8)")
        // The constraint trigger runs inside of COMMIT, and holds it there.
        try await pool.withTransaction { transaction in
            try await transaction.runScript(
                """
                CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
                CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON marks
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle();
                """)
        }
        async let code = errorCode {
            try await pool.withTransaction { transaction in
                try await transaction.query("INSERT INTO marks VALUES (1)")
            }
        }
        try await Self.terminate("COMMIT", with: killer)
        #expect(await code == .commitOutcomeUnknown)
        await killer.close()
        await pool.close()
    }

    @Test("A statement past its deadline is cancelled on the server")
    func timesOut() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let pool = try database.pool {
            $0.connections = 1
            $0.statementTimeout = .milliseconds(100)
        }
        let watcher = try database.pool { $0.dsn = database.superuserDSN }
        let error = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT pg_sleep(600), 'dawdler'")
        }
        #expect(error?.code == .timeout)
        #expect(try await pool.query("SELECT 1::int8").first?.int64(0) == 1)
        // Ten minutes of sleep would outlast the test: only a cancel ends it.
        while try await Self.running("%dawdler%", watcher) > 0 {}
        await watcher.close()
        await pool.close()
    }

    @Test("A server that is not there fails the caller when its patience ends")
    func cannotConnect() async throws {
        let configuration = PostgresConfiguration(
            dsn: "host=/nonexistent dbname=x", acquireTimeout: .milliseconds(200))
        let pool = try PostgresPool(configuration: configuration, logger: .silent)
        let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
        #expect(error?.code == .connectionFailed)
        #expect(error?.isTransient == true)
        await pool.close()
    }

    @Test("Goes on to the next host of a multi-host string")
    func triesAllHosts() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let host = try #require(database.dsn.split(separator: "'").dropFirst().first)
        let dsn = database.dsn.replacing("'\(host)'", with: "'/nonexistent,\(host)'")
        let pool = try database.pool { $0.dsn = dsn }
        #expect(try await pool.query("SELECT 1::int8").first?.int64(0) == 1)
        await pool.close()
    }

    private static func backend(_ pool: PostgresPool) async throws -> Int32 {
        try #require(try await pool.query("SELECT pg_backend_pid()").first).int32(0)
    }

    private static func terminate(backend: Int32, with killer: PostgresPool) async throws {
        // The second argument waits until it is gone.
        try await killer.query("SELECT pg_terminate_backend($1, 10000)", [.int32(backend)])
    }

    /// Ends the backend that runs a query like `pattern`, once there is one.
    private static func terminate(_ pattern: String, with killer: PostgresPool) async throws {
        var count: Int64 = 0
        while count == 0 {
            let rows = try await killer.query(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()
                    AND datname = current_database()
                """, [.text(pattern)])
            count = try rows[0].int64(0)
        }
    }

    private static func running(_ pattern: String, _ pool: PostgresPool) async throws -> Int64 {
        let rows = try await pool.query(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()
            """, [.text(pattern)])
        return try rows[0].int64(0)
    }
}
