import DevSystem
import Logging
import Postgres

extension RunningSystem {
    /// The number of rows of every table of every service, by "service.table".
    func rowCounts() async throws -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for (name, service) in await self.state.services {
            let pool = try PostgresPool(
                configuration: .init(dsn: service.ownerDatabase, connections: 1),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let tables = try await pool.query(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            for row in tables {
                let table = try row.text(0)
                let count = try await pool.query("SELECT count(*) FROM \"\(table)\"")
                counts["\(name).\(table)"] = try count.first.required().int64(0)
            }
            await pool.close()
        }
        return counts
    }
}
