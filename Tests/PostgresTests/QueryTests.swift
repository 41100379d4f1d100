import Identifiers
import Postgres
import TestKit
import Testing

@Suite("Queries")
struct QueryTests {
    @Test("Every type comes back as it was sent, at its extremes")
    func roundTrips() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool()
        let id = UUID128(high: .max, low: 1)
        let row = try #require(
            try await pool.query(
                """
                SELECT $1::bool, $2::int2, $3::int4, $4::int8, $5::int8, $6::text, $7::text,
                    $8::bytea, $9::uuid, $10::timestamptz, $11::text, $12::bytea
                """,
                [
                    .bool(true), .int16(.min), .int32(.max), .int64(.min), .int64(.max),
                    .text("¥5000 – ünïcode 🪙"), .text(""), .bytes([0, 255, 0]), .uuid(id),
                    .timestamp(Timestamp(microseconds: -1)), .null, .bytes([]),
                ]
            ).first)
        #expect(try row.bool(0))
        #expect(try row.int16(1) == .min)
        #expect(try row.int32(2) == .max)
        #expect(try row.int64(3) == .min)
        #expect(try row.int64(4) == .max)
        #expect(try row.text(5) == "¥5000 – ünïcode 🪙")
        #expect(try row.text(6) == "")
        #expect(try row.bytes(7) == [0, 255, 0])
        #expect(try row.uuid(8) == id)
        #expect(try row.timestamp(9) == Timestamp(microseconds: -1))
        #expect(try row.optionalText(10) == nil)
        #expect(try row.bytes(11) == [])
        await pool.close()
    }

    @Test("Arrays come back as they were sent, the empty one too")
    func arraysRoundTrip() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool()
        let ids = [UUID128(high: 0, low: 0), UUID128(high: .max, low: .max)]
        let times = [Timestamp(microseconds: 0), Timestamp(microseconds: 4_102_444_800_000_001)]
        let row = try #require(
            try await pool.query(
                """
                SELECT $1::bool[], $2::int2[], $3::int4[], $4::int8[], $5::text[], $6::bytea[],
                    $7::uuid[], $8::timestamptz[], $9::int8[]
                """,
                [
                    .boolArray([true, false]), .int16Array([.min, .max]),
                    .int32Array([.min, .max]),
                    .int64Array([.min, -1, 0, .max]), .textArray(["", "a,b", "{\"NULL\"}"]),
                    .bytesArray([[], [0]]), .uuidArray(ids), .timestampArray(times),
                    .int64Array([]),
                ]
            ).first)
        #expect(try row.boolArray(0) == [true, false])
        #expect(try row.int16Array(1) == [.min, .max])
        #expect(try row.int32Array(2) == [.min, .max])
        #expect(try row.int64Array(3) == [.min, -1, 0, .max])
        #expect(try row.textArray(4) == ["", "a,b", "{\"NULL\"}"])
        #expect(try row.bytesArray(5) == [[], [0]])
        #expect(try row.uuidArray(6) == ids)
        #expect(try row.timestampArray(7) == times)
        #expect(try row.int64Array(8) == [])
        await pool.close()
    }

    @Test("A set of rows goes in as one statement through unnest")
    func unnests() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().ownerPool()
        try await pool.query("CREATE TABLE entries (id int8 PRIMARY KEY, note text)")
        let ids = Array(Int64(1)...5_000)
        let results = try await pool.pipeline([
            PostgresStatement(
                "INSERT INTO entries SELECT * FROM unnest($1::int8[], $2::text[])",
                [.int64Array(ids), .textArray(ids.map { "entry \($0)" })]),
            PostgresStatement("SELECT id, note FROM entries ORDER BY id"),
        ])
        #expect(results[0].affectedRows == 5_000)
        #expect(try results[1].rows.map { try $0.int64(0) } == ids)
        #expect(try results[1].rows.last?.text(1) == "entry 5000")
        await pool.close()
    }

    @Test("A column is only read as what it is")
    func refusesWrongTypes() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool()
        let row = try #require(
            try await pool.query(
                "SELECT 70000::int8, 'a'::text, NULL::int8, 'infinity'::timestamptz, ARRAY[1, NULL]"
            ).first)
        let reads: [() throws -> Void] = [
            { _ = try row.int16(0) },  // does not fit
            { _ = try row.text(0) },
            { _ = try row.int64(1) },
            { _ = try row.uuid(1) },
            { _ = try row.int64(2) },  // NULL
            { _ = try row.timestamp(3) },
            { _ = try row.int32Array(4) },  // holds a NULL
            { _ = try row.int64(5) },  // no such column
            { _ = try row.int64(-1) },
        ]
        for read in reads {
            let error = #expect(throws: PostgresError.self) { try read() }
            #expect(error?.code == .decoding)
        }
        #expect(try row.int32(0) == 70_000)
        await pool.close()
    }

    @Test("A value that PostgreSQL has no form for is refused before it is sent")
    func refusesUnencodable() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool()
        let error = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT $1", [.timestamp(Timestamp(microseconds: .min))])
        }
        #expect(error?.code == .encoding)
        let nul = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT $1", [.text("a\0b")])
        }
        #expect(nul?.code == .other("22021"))
        #expect(nul?.isTransient == false)
        await pool.close()
    }

    @Test("The same text with other types of parameters is another statement")
    func preparesByType() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool(connections: 1)
        for _ in 1...2 {
            #expect(try await pool.query("SELECT $1", [.text("7")]).first?.text(0) == "7")
            #expect(try await pool.query("SELECT $1", [.int64(7)]).first?.int64(0) == 7)
            #expect(try await pool.query("SELECT $1", [.null]).first?.optionalText(0) == nil)
        }
        await pool.close()
    }

    @Test("The least recently used prepared statement makes room, here and on the server")
    func evictsPreparedStatements() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        var configuration = PostgresConfiguration(dsn: database.dsn, connections: 1)
        configuration.preparedStatements = 3
        let pool = try PostgresPool(configuration: configuration, logger: .silent)
        for round in 0..<20 {
            let number = Int64(round % 7)
            let rows = try await pool.query("SELECT \(number)::int8")
            #expect(try rows.first?.int64(0) == number)
        }
        let count = try await pool.query("SELECT count(*) FROM pg_prepared_statements")
        // Three of ours, this one, and at most one whose room is made by the next batch.
        #expect(try #require(count.first).int64(0) <= 4)
        await pool.close()
    }

    @Test("A plan that the schema has outgrown is made anew")
    func replansAfterSchemaChange() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().ownerPool(connections: 1)
        try await pool.query("CREATE TABLE things (id int8)")
        try await pool.query("INSERT INTO things VALUES (1)")
        #expect(try await pool.query("SELECT * FROM things").first?.columnCount == 1)
        try await pool.query("ALTER TABLE things ADD COLUMN name text")
        let error = await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT * FROM things")
        }
        #expect(error?.sqlState == "0A000")
        #expect(try await pool.query("SELECT * FROM things").first?.columnCount == 2)
        await pool.close()
    }

    @Test("A service's statement starts no workers, however many rows its plan expects")
    func startsNoWorkers() async throws {
        let database = try await EphemeralDatabase.makeEmpty()
        for (isService, starts) in [(false, true), (true, false)] {
            let pool = try database.pool { configuration in
                if isService { configuration.session = PostgresConfiguration.manySmallStatements }
                // As if the table were large.
                configuration.session["min_parallel_table_scan_size"] = "0"
                configuration.session["parallel_setup_cost"] = "0"
                configuration.session["parallel_tuple_cost"] = "0"
            }
            try await pool.query("CREATE TABLE IF NOT EXISTS entries (at_us int8, amount int8)")
            let lines = try await pool.query(
                "EXPLAIN SELECT amount FROM entries WHERE at_us > (SELECT max(1::int8))")
            let plan = try lines.map { try $0.text(0) }.joined(separator: "\n")
            #expect(plan.contains("Gather") == starts, "\(plan)")
            await pool.close()
        }
    }
}
