import Postgres
import TestKit
import Testing

@Suite("Pool")
struct PoolTests {
    @Test("A thousand queries at once share four connections")
    func sharesConnections() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool { $0.connections = 4 }
        let (sum, backends) = try await withThrowingTaskGroup(of: (Int64, Int32).self) { group in
            for number in 1...1_000 {
                group.addTask {
                    let rows = try await pool.query(
                        "SELECT $1::int8, pg_backend_pid()", [.int64(Int64(number))])
                    return (try rows[0].int64(0), try rows[0].int32(1))
                }
            }
            var sum: Int64 = 0
            var backends: Set<Int32> = []
            for try await (number, backend) in group {
                sum += number
                backends.insert(backend)
            }
            return (sum, backends)
        }
        #expect(sum == 500_500)
        #expect(backends.count <= 4)
        await pool.close()
    }

    @Test("A caller that waits too long, or finds too many waiting, is refused")
    func exhausts() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool {
            $0.connections = 1
            $0.waiters = 1
            $0.acquireTimeout = .seconds(2)
        }
        try await pool.withTransaction { transaction in
            try await transaction.query("SELECT 1")
            async let first = errorCode { try await pool.query("SELECT 1") }
            async let second = errorCode { try await pool.query("SELECT 1") }
            #expect(await [first, second] == [.poolExhausted, .poolExhausted])
        }
        #expect(try await pool.query("SELECT 1::int8").first?.int64(0) == 1)
        await pool.close()
    }

    @Test("A cancelled caller stops waiting")
    func cancels() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool { $0.connections = 1 }
        try await pool.withTransaction { transaction in
            try await transaction.query("SELECT 1")
            let waiting = Task { await errorCode { try await pool.query("SELECT 1") } }
            waiting.cancel()
            #expect(await waiting.value == .cancelled)
        }
        await pool.close()
    }

    @Test("Closing refuses new callers and lets a transaction end")
    func closes() async throws {
        let pool = try await EphemeralDatabase.makeEmpty().pool { $0.connections = 1 }
        let meeting = Meeting(of: 2)
        async let working: Int64 = pool.withTransaction { transaction in
            await meeting.arrive()
            return try await transaction.query("SELECT 7::int8")[0].int64(0)
        }
        await meeting.arrive()
        await pool.close()
        #expect(try await working == 7)
        #expect(await errorCode { try await pool.query("SELECT 1") } == .poolClosed)
    }
}
