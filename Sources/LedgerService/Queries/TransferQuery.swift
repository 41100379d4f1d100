internal import Identifiers
internal import LedgerCore
internal import Postgres

/// Which transfers a caller wants to see.
struct TransferQuery: Sendable {
    /// Only those that debit or credit the account.
    var accountID: UUID128?
    /// Only those with this number of the caller's.
    var userData: UUID128?
    /// Only those of this category.
    var code: UInt32?
    var from = Timestamp(microseconds: .min)
    var to = Timestamp(microseconds: .max)
    var isOldestFirst = false
    var limit: Int
}

/// A transfer with what became of it.
struct TransferRecord: Sendable {
    let transfer: Transfer
    let pending: PendingState.Status?
    let debitAccountName: String
    let creditAccountName: String
}

extension JournalQueries {
    fileprivate static let recordColumns =
        "j.\(JournalRow.columns.replacing(", ", with: ", j.")), debit.name, credit.name"

    fileprivate static let accountNames = """
        JOIN account AS debit ON debit.id = j.debit_account_id
        JOIN account AS credit ON credit.id = j.credit_account_id
        """

    /// Those of the transfers that exist, in the order of `ids`.
    func transfers(_ ids: [UUID128]) async throws -> [TransferRecord] {
        let found = try await self.records(
            """
            SELECT \(Self.recordColumns) FROM journal AS j \(Self.accountNames)
            WHERE j.kind = 1 AND j.id = ANY($1::uuid[])
            """, [.uuidArray(ids)])
        let byID = Dictionary(found.map { ($0.transfer.id, $0) }, uniquingKeysWith: { $1 })
        return ids.compactMap { byID[$0] }
    }

    /// The transfers that a query asks for, in order.
    func transfers(_ query: TransferQuery) async throws -> [TransferRecord] {
        var statement = TransferStatement(query, shard: self.shard)
        guard !statement.isIndexed else {
            return try await self.records(statement.sql, statement.parameters)
        }
        // By time alone the journal is searched window by window: each is a range of its pages.
        var found: [TransferRecord] = []
        var windows = JournalWindows(query, queries: self)
        while found.count < query.limit, let window = try await windows.next() {
            statement.narrow(to: window, limit: query.limit - found.count)
            found += try await self.records(statement.sql, statement.parameters)
        }
        return found
    }

    private func records(
        _ sql: String, _ parameters: [PostgresValue]
    ) async throws -> [TransferRecord] {
        let rows = try await self.database.query(sql, parameters)
        let entries = try rows.map { row in
            (try JournalRow.entry(row).transfer, try row.text(16), try row.text(17))
        }
        let ends = try await self.ends(
            of: entries.map(\.0).filter { $0.flags.contains(.pending) }.map(\.id))
        return entries.map { transfer, debit, credit in
            TransferRecord(
                transfer: transfer,
                pending: transfer.flags.contains(.pending)
                    ? ends[transfer.id] ?? .pending : nil,
                debitAccountName: debit, creditAccountName: credit)
        }
    }
}

/// A query as SQL. The index finds what is older; what it has not come to is read from the journal
/// itself.
private struct TransferStatement {
    let isIndexed: Bool
    private(set) var parameters: [PostgresValue]
    let sql: String

    init(_ query: TransferQuery, shard: Int16) {
        let order = query.isOldestFirst ? "ASC" : "DESC"
        var parameters: [PostgresValue] = [
            .int16(shard), .int64(query.from.microseconds), .int64(query.to.microseconds),
            .int64(Int64(query.limit)),
        ]
        func place(_ value: PostgresValue) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }
        var conditions = "j.kind = 1 AND j.shard = $1 AND j.at_us BETWEEN $2 AND $3"
        var indexed: String?
        if let userData = query.userData {
            let key = place(.uuid(userData))
            conditions += " AND j.user_data = \(key)"
            indexed = "i.attribute = 2 AND i.key = \(key)"
        }
        if let account = query.accountID {
            let key = place(.uuid(account))
            conditions += " AND (j.debit_account_id = \(key) OR j.credit_account_id = \(key))"
            indexed = indexed ?? "i.attribute = 1 AND i.key = \(key)"
        }
        if let code = query.code { conditions += " AND j.code = \(place(.int64(Int64(code))))" }
        let journal = "SELECT j.* FROM journal AS j WHERE \(conditions)"
        let page = "ORDER BY at_us \(order) LIMIT $4"
        var source = "(\(journal) \(page))"
        if let indexed {
            source = """
                ((SELECT j.* FROM journal_index AS i JOIN journal AS j ON j.id = i.id
                    WHERE \(indexed) AND i.at_us BETWEEN $2 AND $3 AND \(conditions)
                    ORDER BY i.at_us \(order) LIMIT $4)
                UNION ALL
                (\(journal) AND j.at_us > (SELECT at_us FROM journal_indexed WHERE shard = $1)
                    \(page)))
                """
        }
        self.isIndexed = indexed != nil
        self.parameters = parameters
        self.sql = """
            SELECT \(JournalQueries.recordColumns) FROM \(source) AS j
            \(JournalQueries.accountNames)
            ORDER BY j.at_us \(order) LIMIT $4
            """
    }

    mutating func narrow(to window: ClosedRange<Timestamp>, limit: Int) {
        self.parameters[1] = .int64(window.lowerBound.microseconds)
        self.parameters[2] = .int64(window.upperBound.microseconds)
        self.parameters[3] = .int64(Int64(limit))
    }
}

/// Ranges of time that follow each other through the journal, each of some thousands of entries.
private struct JournalWindows {
    private let queries: JournalQueries
    private let isOldestFirst: Bool
    private var from: Timestamp
    private var to: Timestamp

    init(_ query: TransferQuery, queries: JournalQueries) {
        self.queries = queries
        self.isOldestFirst = query.isOldestFirst
        self.from = query.from
        self.to = query.to
    }

    mutating func next() async throws -> ClosedRange<Timestamp>? {
        guard self.from <= self.to else { return nil }
        let row = try await self.queries.database.query(
            """
            SELECT min(first_us), max(last_us) FROM (
                SELECT first_us, last_us FROM (
                    SELECT first_us, last_us, sum(entries) OVER (ORDER BY last_us \(self.order))
                        - entries AS before
                    FROM (SELECT first_us, last_us, entries FROM journal_commit
                        WHERE shard = $1 AND last_us >= $2 AND first_us <= $3
                        ORDER BY last_us \(self.order) LIMIT 10000)
                        AS c) AS p
                WHERE before < 10000) AS w
            """,
            [
                .int16(self.queries.shard), .int64(self.from.microseconds),
                .int64(self.to.microseconds),
            ]
        ).first
        guard let row, let first = try row.optionalInt64(0), let last = try row.optionalInt64(1)
        else { return nil }
        let window =
            max(
                self.from, Timestamp(microseconds: first))...min(
                self.to, Timestamp(microseconds: last))
        if self.isOldestFirst {
            self.from = window.upperBound + .microseconds(1)
        } else {
            self.to = window.lowerBound - .microseconds(1)
        }
        return window
    }

    private var order: String { self.isOldestFirst ? "ASC" : "DESC" }
}
