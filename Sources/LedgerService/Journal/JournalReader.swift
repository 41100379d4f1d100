internal import Identifiers
internal import LedgerCore
internal import Postgres

/// Reads the journal in order, whole commits at a time.
///
/// The commits tell where pages end, so that each page is one range of time, which the journal's
/// index of page ranges finds. While one page is looked at, the next ones are fetched and decoded, on
/// connections of their own.
struct JournalReader<Entry: Sendable> {
    typealias Decode = @Sendable (PostgresRow) throws(PostgresError) -> Entry

    private struct Page: Sendable {
        let entries: [Entry]
        let end: Timestamp
    }

    private let pages: JournalPages
    private let decode: Decode
    /// Read up to and with this moment.
    private(set) var position: Timestamp
    private var isSummarized = false
    /// Pages on their way; one without a value is the end.
    private var ahead: [Task<Page?, any Error>] = []
    /// Where the last of them ends.
    private var lastEdge: Task<Timestamp?, any Error>

    private static var pagesAhead: Int { 2 }

    /// - Parameter decode: Makes an entry of a row with ``JournalRow/columns``.
    init(
        database: PostgresPool, shard: Int16, after start: Timestamp, upTo end: Timestamp,
        decode: @escaping Decode
    ) {
        self.pages = JournalPages(database: database, shard: shard, end: end)
        self.decode = decode
        self.position = start
        self.lastEdge = Task { start }
    }

    /// How many entries are left.
    func count() async throws(PostgresError) -> Int64 {
        try await self.pages.count(after: self.position)
    }

    /// - Returns: The next entries; `nil` at the end.
    mutating func next() async throws -> [Entry]? {
        if !self.isSummarized {
            self.isSummarized = true
            try await self.pages.summarize()
        }
        while self.ahead.count < Self.pagesAhead { self.fetchAnother() }
        guard let page = try await self.ahead.removeFirst().value else { return nil }
        self.position = page.end
        self.fetchAnother()
        return page.entries
    }

    private mutating func fetchAnother() {
        let (pages, decode, start) = (self.pages, self.decode, self.lastEdge)
        let end = Task<Timestamp?, any Error> {
            guard let start = try await start.value else { return nil }
            return try await pages.edge(after: start)
        }
        self.lastEdge = end
        self.ahead.append(
            Task {
                guard let start = try await start.value, let end = try await end.value else {
                    return nil
                }
                let rows = try await pages.rows(after: start, upTo: end)
                return Page(entries: try rows.map(decode), end: end)
            })
    }
}

/// The queries of a ``JournalReader``.
private struct JournalPages: Sendable {
    let database: PostgresPool
    let shard: Int16
    let end: Timestamp

    /// About how many entries one page has.
    private static let size: Int64 = 20_000

    /// Makes the index of page ranges tell of the newest pages too.
    func summarize() async throws(PostgresError) {
        try await self.database.query("SELECT summarize_journal()")
    }

    func count(after start: Timestamp) async throws(PostgresError) -> Int64 {
        try await self.database.query(
            """
            SELECT coalesce(sum(entries), 0)::bigint FROM journal_commit
            WHERE shard = $1 AND last_us > $2 AND first_us <= $3
            """,
            [
                .int16(self.shard), .int64(start.microseconds), .int64(self.end.microseconds),
            ]
        ).first?.int64(0) ?? 0
    }

    /// - Returns: Where the page that begins behind `start` ends; `nil` if nothing is left.
    func edge(after start: Timestamp) async throws(PostgresError) -> Timestamp? {
        guard start < self.end else { return nil }
        let edge = try await self.database.query(
            """
            SELECT max(last_us) FROM (
                SELECT last_us, sum(entries) OVER (ORDER BY last_us) - entries AS before FROM (
                    SELECT last_us, entries FROM journal_commit
                    WHERE shard = $1 AND last_us > $2 ORDER BY last_us LIMIT $3) AS c) AS p
            WHERE before < $3
            """,
            [.int16(self.shard), .int64(start.microseconds), .int64(Self.size)]
        ).first?.optionalInt64(0)
        guard let edge else { return nil }
        return min(Timestamp(microseconds: edge), self.end)
    }

    func rows(after start: Timestamp, upTo end: Timestamp) async throws(PostgresError)
        -> [PostgresRow]
    {
        try await self.database.query(
            """
            SELECT \(JournalRow.columns) FROM journal
            WHERE shard = $1 AND at_us > $2 AND at_us <= $3 ORDER BY at_us
            """,
            [.int16(self.shard), .int64(start.microseconds), .int64(end.microseconds)])
    }
}
