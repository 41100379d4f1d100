internal import Identifiers
internal import LedgerCore
internal import Postgres

/// Reads the journal in order, whole commits at a time.
///
/// The commits tell where pages end, so that each page is one range of time, which the journal's
/// index of page ranges finds.
struct JournalReader {
    let database: PostgresPool
    let shard: Int16
    /// Read up to and with this moment.
    private(set) var position: Timestamp
    private let end: Timestamp
    private let columns: String

    /// About how many entries one page has.
    private static let page = 20_000

    init(
        database: PostgresPool, shard: Int16, after start: Timestamp, upTo end: Timestamp,
        columns: String = JournalRow.columns
    ) {
        self.database = database
        self.shard = shard
        self.position = start
        self.end = end
        self.columns = columns
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
                .int16(self.shard), .int64(self.position.microseconds), .int64(Int64(Self.page)),
            ]
        ).first?.optionalInt64(0)
        guard let edge else { return nil }
        let limit = min(Timestamp(microseconds: edge), self.end)
        let rows = try await self.database.query(
            """
            SELECT \(self.columns) FROM journal
            WHERE shard = $1 AND at_us > $2 AND at_us <= $3 ORDER BY at_us
            """,
            [
                .int16(self.shard), .int64(self.position.microseconds),
                .int64(limit.microseconds),
            ])
        self.position = limit
        return rows
    }
}
