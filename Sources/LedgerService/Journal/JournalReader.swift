internal import Identifiers
internal import LedgerCore
internal import Postgres

/// Reads the journal in order, whole commits at a time.
///
/// The commits tell where pages end, so that each page is one range of time, which the journal's
/// index of page ranges finds. While one page is looked at, the next is fetched.
struct JournalReader {
    /// A page that was fetched, and up to where it goes.
    private struct Page: Sendable {
        let rows: [PostgresRow]
        let end: Timestamp
    }

    let database: PostgresPool
    let shard: Int16
    /// Read up to and with this moment.
    private(set) var position: Timestamp
    private let end: Timestamp
    private var isSummarized = false
    private var nextPage: Task<Page?, any Error>?

    /// About how many entries one page has.
    private static let page: Int64 = 20_000

    init(
        database: PostgresPool, shard: Int16, after start: Timestamp, upTo end: Timestamp
    ) {
        self.database = database
        self.shard = shard
        self.position = start
        self.end = end
    }

    /// How many entries are left.
    func count() async throws(PostgresError) -> Int64 {
        try await self.database.query(
            """
            SELECT coalesce(sum(entries), 0)::bigint FROM journal_commit
            WHERE shard = $1 AND last_us > $2 AND first_us <= $3
            """,
            [
                .int16(self.shard), .int64(self.position.microseconds),
                .int64(self.end.microseconds),
            ]
        ).first?.int64(0) ?? 0
    }

    /// - Returns: The next entries; `nil` at the end.
    mutating func next() async throws -> [PostgresRow]? {
        if !self.isSummarized {
            self.isSummarized = true
            try await self.database.query("SELECT summarize_journal()")
        }
        let fetched =
            if let nextPage { try await nextPage.value } else { try await self.fetch() }
        self.nextPage = nil
        guard let fetched else { return nil }
        self.position = fetched.end
        let reader = self
        if fetched.end < self.end { self.nextPage = Task { try await reader.fetch() } }
        return fetched.rows
    }

    private func fetch() async throws -> Page? {
        guard self.position < self.end else { return nil }
        let edge = try await self.database.query(
            """
            SELECT max(last_us) FROM (
                SELECT last_us, sum(entries) OVER (ORDER BY last_us) - entries AS before FROM (
                    SELECT last_us, entries FROM journal_commit
                    WHERE shard = $1 AND last_us > $2 ORDER BY last_us LIMIT $3) AS c) AS p
            WHERE before < $3
            """,
            [
                .int16(self.shard), .int64(self.position.microseconds), .int64(Self.page),
            ]
        ).first?.optionalInt64(0)
        guard let edge else { return nil }
        let limit = min(Timestamp(microseconds: edge), self.end)
        let rows = try await self.database.query(
            """
            SELECT \(JournalRow.columns) FROM journal
            WHERE shard = $1 AND at_us > $2 AND at_us <= $3 ORDER BY at_us
            """,
            [
                .int16(self.shard), .int64(self.position.microseconds),
                .int64(limit.microseconds),
            ])
        return Page(rows: rows, end: limit)
    }
}
