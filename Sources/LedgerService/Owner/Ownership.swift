internal import Identifiers
internal import LedgerCore
internal import Postgres

/// The row that says who owns the books.
///
/// A lease keeps a standby from taking over while the owner lives; what keeps the books safe is the
/// epoch, which every commit names and every new owner raises.
struct Ownership: Sendable {
    let database: PostgresPool
    let shard: Int16
    /// Of this process, as long as it lives.
    let holder: UUID128
    let lease: Duration

    /// Takes the books over if nobody holds them.
    ///
    /// - Returns: The epoch to write under; `nil` while another's lease runs.
    func claim() async throws(PostgresError) -> Int64? {
        try await self.database.query(
            """
            UPDATE ledger_owner SET epoch = epoch + 1, holder = $2,
                lease_until = now() + $3 * interval '1 microsecond'
            WHERE shard = $1 AND lease_until <= now()
            RETURNING epoch
            """, [.int16(self.shard), .uuid(self.holder), .int64(self.lease.wholeMicroseconds)]
        ).first?.int64(0)
    }

    /// - Returns: Whether the books are still this owner's.
    func renew(epoch: Int64) async throws(PostgresError) -> Bool {
        let rows = try await self.database.query(
            """
            UPDATE ledger_owner SET lease_until = now() + $3 * interval '1 microsecond'
            WHERE shard = $1 AND epoch = $2 RETURNING epoch
            """, [.int16(self.shard), .int64(epoch), .int64(self.lease.wholeMicroseconds)])
        return !rows.isEmpty
    }

    /// Lets a standby take over at once.
    func release(epoch: Int64) async throws(PostgresError) {
        try await self.database.query(
            "UPDATE ledger_owner SET lease_until = now() WHERE shard = $1 AND epoch = $2",
            [.int16(self.shard), .int64(epoch)])
    }

    enum Fate {
        case committed
        case notCommitted
        /// Another owns the books, and the batch did not come before it.
        case lost
    }

    /// Finds out what became of a commit whose answer never came. The row's lock waits for a commit
    /// that is still under way.
    func fate(of commit: JournalCommit) async throws -> Fate {
        try await self.database.withTransaction { transaction in
            let owner = try await transaction.query(
                "SELECT epoch FROM ledger_owner WHERE shard = $1 FOR UPDATE",
                [.int16(self.shard)])
            let rows = try await transaction.query(
                "SELECT epoch FROM journal_commit WHERE shard = $1 AND last_us = $2 AND hash = $3",
                [
                    .int16(self.shard), .int64(commit.lastTime.microseconds), .bytes(commit.hash),
                ])
            if !rows.isEmpty { return .committed }
            return try owner.first?.int64(0) == commit.epoch ? .notCommitted : .lost
        }
    }
}
