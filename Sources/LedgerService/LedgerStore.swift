internal import Identifiers
internal import LedgerCore
internal import Postgres

/// The ledger's SQL. Each extension has a file of its own.
struct LedgerStore: Sendable {
    let database: PostgresPool
    let clock: any WallClock

    /// Decides the requests on the books as they stand and commits what changes, as one
    /// transaction of two round trips: all that must be known, then all that is written, with
    /// COMMIT.
    ///
    /// Locks the journal's head, so that writers take turns, in whichever process they are; what is
    /// read after it, in statements of their own, is what the last one committed.
    ///
    /// - Parameter decided: Told what the answers will be when COMMIT succeeds. It may be called
    ///   more than once; the last time counts.
    func commit(
        _ requests: [LedgerRequest], decided: ([LedgerAnswer]) -> Void
    ) async throws {
        try await self.database.withTransaction { transaction in
            var batch = try await self.load(LedgerNeeds(requests), in: transaction)
            let lastTime = batch.time
            let answers = requests.map { batch.decide($0) }
            decided(answers)
            let changes = batch.ledger.changes
            try self.write(changes, in: transaction)
            try self.write(batch.barrier, in: transaction)
            if !changes.isEmpty, batch.time > lastTime {
                try transaction.enqueue(
                    "UPDATE journal_head SET last_us = $1 WHERE only_row",
                    [.int64(batch.time.microseconds - 1)])
            }
        }
    }
}
