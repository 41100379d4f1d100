internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import ServiceKit

/// Brings the books into memory: the last checkpoint, then the journal's tail.
struct BooksLoader: Sendable {
    let database: PostgresPool
    let shard: Int16
    let recent: Int
    let logger: Logger

    struct Loaded: Sendable {
        var books: Books
        /// The chain's last link.
        var hash: [UInt8]
        /// What the replayed tail changed, and no checkpoint has yet.
        var changes: CheckpointChanges
        var replayed = 0
    }

    /// How many rows one query brings.
    private static let page = 20_000

    /// - Throws: `PostgresError`; `ReplayError` if the journal does not follow from the checkpoint.
    func load() async throws -> Loaded {
        let clock = ContinuousClock()
        let start = clock.now
        let row = try await self.database.query(
            """
            SELECT c.at_us, coalesce(j.last_us, 0), j.hash
            FROM checkpoint AS c LEFT JOIN LATERAL (
                SELECT last_us, hash FROM journal_commit WHERE shard = c.shard
                ORDER BY last_us DESC LIMIT 1) AS j ON true
            WHERE c.shard = $1
            """, [.int16(self.shard)]
        ).first
        let checkpoint = Timestamp(microseconds: try row?.int64(0) ?? 0)
        let last = Timestamp(microseconds: try row?.int64(1) ?? 0)
        var loaded = Loaded(
            books: Books(
                ledger: Ledger(recent: self.recent),
                operations: OperationBook(
                    recent: self.recent, completeSince: checkpoint + .microseconds(1)),
                lastTime: last),
            hash: try row?.optionalBytes(2) ?? [UInt8](repeating: 0, count: 32),
            changes: CheckpointChanges())
        try await self.loadAccounts(into: &loaded.books.ledger)
        try await self.loadHolds(into: &loaded.books.ledger)
        try await self.replayTail(into: &loaded, from: checkpoint, to: last, since: start)
        self.logger.info(
            "books loaded",
            metadata: [
                "accounts": "\(loaded.books.ledger.accounts.count)",
                "pending": "\(loaded.books.ledger.pendings.count)",
                "replayed": "\(loaded.replayed)", "took": "\(clock.now - start)",
            ])
        return loaded
    }

    private func loadAccounts(into ledger: inout Ledger) async throws {
        var last = UUID128.zero
        while true {
            let rows = try await self.database.query(
                """
                SELECT \(AccountRow.columns) FROM account WHERE shard = $1 AND id > $2
                ORDER BY id LIMIT $3
                """, [.int16(self.shard), .uuid(last), .int64(Int64(Self.page))])
            for row in rows {
                let account = try AccountRow.account(row)
                ledger.load(account)
                last = account.id
            }
            guard rows.count == Self.page else { return }
        }
    }

    private func loadHolds(into ledger: inout Ledger) async throws {
        var last = UUID128.zero
        while true {
            let rows = try await self.database.query(
                """
                SELECT \(JournalRow.columns) FROM journal WHERE id IN (
                    SELECT id FROM pending_hold WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3)
                ORDER BY id
                """, [.int16(self.shard), .uuid(last), .int64(Int64(Self.page))])
            for row in rows {
                let transfer = try JournalRow.entry(row).transfer
                ledger.load(transfer, pending: transfer.openingState)
                last = transfer.id
            }
            guard rows.count == Self.page else { return }
        }
    }

    /// Batch by batch, as they were committed.
    private func replayTail(
        into loaded: inout Loaded, from checkpoint: Timestamp, to last: Timestamp,
        since start: ContinuousClock.Instant
    ) async throws {
        var reader = JournalReader(
            database: self.database, shard: self.shard, after: checkpoint, upTo: last,
            decode: { row throws(PostgresError) in try JournalRow.entry(row) })
        let total = try await reader.count()
        var reported = 0
        while let entries = try await reader.next() {
            for entry in entries {
                try loaded.books.ledger.replay(entry)
                if entry.kind == .operation {
                    loaded.books.operations.load(try OperationRecord(entry))
                }
                loaded.changes.note(entry)
            }
            loaded.books.operations.trim()
            loaded.replayed += entries.count
            guard loaded.replayed - reported >= 500_000 else { continue }
            reported = loaded.replayed
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            self.logger.info(
                "replaying the journal",
                metadata: [
                    "entries": "\(loaded.replayed)", "of": "\(total)",
                    "per_second": "\(Int(Double(loaded.replayed) / max(seconds, 0.001)))",
                ])
        }
    }
}
