internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import ServiceLifecycle

/// Writes the journal's index behind it, in large batches.
///
/// Any process may: the row of `journal_indexed` is locked while one does, and what was written is
/// never written again. While the owner has much to do it takes only a quarter of the time, or half
/// of it when it is far behind, for questions read all that it lacks.
struct JournalIndexer: Service {
    let database: PostgresPool
    let shard: Int16
    /// How many batches the owner has committed.
    let commits: @Sendable () -> Int
    let logger: Logger
    var interval = Duration.milliseconds(500)

    /// How many entries one transaction takes.
    private static let batch: Int64 = 20_000
    /// How many entries it may be behind before it takes more of the time.
    private static let patience: Int64 = 1_000_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let start = ContinuousClock.now
                let commits = self.commits()
                let behind = await self.tryAdvance()
                let taken = ContinuousClock.now - start
                if behind == 0 {
                    try? await Task.sleep(for: self.interval)
                } else if self.commits() != commits {
                    try? await Task.sleep(for: behind > Self.patience ? taken : taken * 3)
                }
            }
        }
    }

    private func tryAdvance() async -> Int64 {
        do {
            return try await self.advance()
        } catch {
            self.logger.warning(
                "journal not indexed", metadata: ["error": "\(String(reflecting: error))"])
            return 0
        }
    }

    /// Indexes the next entries.
    ///
    /// - Returns: About how many are left.
    @discardableResult
    func advance() async throws -> Int64 {
        try await self.database.withTransaction { transaction in
            let row = try await transaction.query(
                "SELECT at_us FROM journal_indexed WHERE shard = $1 FOR UPDATE",
                [.int16(self.shard)])
            let start = try row.first?.int64(0) ?? 0
            let next = try await transaction.query(
                """
                SELECT max(last_us), sum(entries)::bigint FROM (
                    SELECT last_us, entries, sum(entries) OVER (ORDER BY last_us) - entries AS before
                    FROM (SELECT last_us, entries FROM journal_commit
                        WHERE shard = $1 AND last_us > $2 ORDER BY last_us LIMIT $3) AS c) AS p
                WHERE before < $3
                """, [.int16(self.shard), .int64(start), .int64(Self.batch)]
            ).first
            guard let next, let end = try next.optionalInt64(0) else { return 0 }
            try await transaction.query("SELECT summarize_journal()")
            try transaction.enqueue(
                Self.insertion, [.int16(self.shard), .int64(start), .int64(end)])
            try transaction.enqueue(
                "UPDATE journal_indexed SET at_us = $2 WHERE shard = $1",
                [.int16(self.shard), .int64(end)])
            let rest = try await transaction.query(
                """
                SELECT coalesce(sum(entries), 0)::bigint FROM journal_commit
                WHERE shard = $1 AND last_us > $2
                """, [.int16(self.shard), .int64(end)])
            return try rest.first?.int64(0) ?? 0
        }
    }

    /// In the index's own order, which is the cheapest to write.
    private static let insertion = """
        INSERT INTO journal_index (attribute, key, at_us, id)
        SELECT x.attribute, x.key, j.at_us, j.id FROM journal AS j
        CROSS JOIN LATERAL (VALUES (1::smallint, j.debit_account_id),
            (1::smallint, j.credit_account_id), (2::smallint, j.user_data),
            (3::smallint, j.pending_id)) AS x (attribute, key)
        WHERE j.shard = $1 AND j.at_us > $2 AND j.at_us <= $3 AND j.kind IN (1, 3)
            AND x.key IS NOT NULL
        ORDER BY x.attribute, x.key, j.at_us
        """
}
