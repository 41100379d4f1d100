package import Identifiers
internal import Postgres

extension PartitionStore {
    /// The parts that end at or before `time`, in the order in which they are detached.
    package func old(before time: Timestamp) async throws -> [Partition] {
        var old: [Partition] = []
        for table in try await self.tables() {
            old += try await self.parts(of: table).filter { part in
                part.end.map { $0 <= time } ?? false
            }
        }
        return old
    }

    /// Takes parts out of their tables. Their rows stay in the database, as tables of their own,
    /// out of the services' reach. To be called again after it was cut off.
    ///
    /// - Throws: `.openRows`, and then nothing was detached; `PostgresError`
    package func detach(
        _ parts: [Partition], progress: (Partition) -> Void
    ) async throws {
        let tables = Dictionary(
            try await self.tables().map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for part in parts {
            guard let open = tables[part.table]?.openRows else { continue }
            let rows = try await self.pool.query(
                "SELECT count(*) FROM \(part.name) WHERE \(open)")
            let count = try rows.first?.int64(0) ?? 0
            guard count == 0 else { throw PartitionError.openRows(part: part.name, count: count) }
        }
        for part in parts {
            try await self.detachConcurrently(part)
            progress(part)
        }
    }

    /// Waits for the transactions that use the table, and lets nobody wait.
    func detachConcurrently(_ part: Partition) async throws {
        let ending = part.isHalfDetached ? "FINALIZE" : "CONCURRENTLY"
        try await self.pool.query(
            "ALTER TABLE \(part.table) DETACH PARTITION \(part.name) \(ending)")
    }
}
