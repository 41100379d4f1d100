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
                    $8::bytea, $9::uuid, $10::timestamptz, $11::text
                """,
                [
                    .bool(true), .int16(.min), .int32(.max), .int64(.min), .int64(.max),
                    .text("¥5000 – ünïcode 🪙"), .text(""), .bytes([0, 255, 0]), .uuid(id),
                    .timestamp(Timestamp(microseconds: -1)), .null,
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
        #expect(throws: PostgresError.self) { try row.text(10) }
        await pool.close()
    }
}
