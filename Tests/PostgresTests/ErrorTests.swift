import Postgres
import TestKit
import Testing

@Suite("Errors")
struct ErrorTests {
    @Test("The server's errors are told apart by SQLSTATE and name their constraint")
    func classifies() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        let owner = try database.ownerPool(connections: 1)
        try await owner.pipeline([
            PostgresStatement(
                """
                CREATE TABLE parents (id int8 CONSTRAINT parents_pkey PRIMARY KEY,
                    size int8 NOT NULL CONSTRAINT parents_size_positive CHECK (size > 0))
                """),
            PostgresStatement(
                """
                CREATE TABLE children (
                    parent int8 CONSTRAINT children_parent_fkey REFERENCES parents)
                """),
            PostgresStatement("INSERT INTO parents VALUES (1, 1)"),
        ])
        let cases: [(String, PostgresError.Code, String?)] = [
            ("INSERT INTO parents VALUES (1, 1)", .uniqueViolation, "parents_pkey"),
            ("INSERT INTO parents VALUES (2, 0)", .checkViolation, "parents_size_positive"),
            ("INSERT INTO parents VALUES (2, NULL)", .notNullViolation, nil),
            ("INSERT INTO children VALUES (9)", .foreignKeyViolation, "children_parent_fkey"),
            ("SELECT 1 / 0", .other("22012"), nil),
            ("SELEC 1", .other("42601"), nil),
        ]
        for (sql, code, constraint) in cases {
            let error = await #expect(throws: PostgresError.self, "\(sql)") {
                try await owner.query(sql)
            }
            #expect(error?.code == code, "\(sql)")
            #expect(error?.constraint == constraint, "\(sql)")
            #expect(error?.isTransient == false, "\(sql)")
        }
        let runtime = try database.pool(connections: 1)
        let denied = await #expect(throws: PostgresError.self) {
            try await runtime.query("SELECT * FROM parents")
        }
        #expect(denied?.code == .insufficientPrivilege)
        await runtime.close()
        await owner.close()
    }

    @Test("Says nothing of values to strangers, and all to the operator")
    func hidesValues() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().ownerPool(connections: 1)
        try await pool.query("CREATE TABLE cards (number text CONSTRAINT cards_pkey PRIMARY KEY)")
        try await pool.query("INSERT INTO cards VALUES ('4242')")
        let error = try #require(
            await #expect(throws: PostgresError.self) {
                try await pool.query("INSERT INTO cards VALUES ('4242')")
            })
        #expect(error.description == "postgres.uniqueViolation (23505) on cards_pkey")
        #expect(error.debugDescription.contains("4242"))
        await pool.close()
    }

    @Test("Never repeats a password, of a good connection string or a broken one")
    func keepsSecrets() async throws {
        let broken = PostgresConfiguration(dsn: "host=localhost password=hunter2 nonsense")
        var text = ""
        dump(broken, to: &text)
        #expect(!"\(broken) \(String(reflecting: broken)) \(text)".contains("hunter2"))
        let pool = try PostgresPool(configuration: broken, logger: .silent)
        let error = try #require(
            await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") })
        #expect(error.code == .misuse)
        #expect(!error.debugDescription.contains("hunter2"))
        await pool.close()
    }

    @Test("One failing statement of a pipeline undoes them all")
    func pipelineIsAtomic() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().ownerPool(connections: 1)
        try await pool.query("CREATE TABLE lines (id int8 PRIMARY KEY)")
        let insert = PostgresStatement("INSERT INTO lines VALUES ($1)", [.int64(1)])
        let error = await #expect(throws: PostgresError.self) {
            try await pool.pipeline([insert, PostgresStatement("SELECT 1 / 0"), insert])
        }
        #expect(error?.code == .other("22012"))
        #expect(try await pool.query("SELECT * FROM lines").isEmpty)
        // What was skipped was not prepared either; it is when it is needed.
        #expect(try await pool.pipeline([insert]).first?.affectedRows == 1)
        await pool.close()
    }
}
