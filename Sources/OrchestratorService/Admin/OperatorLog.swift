internal import Identifiers
internal import Messages
internal import Postgres

/// What operators did: a table that is only ever added to, each line hashed with all before it.
struct OperatorLog: Sendable {
    let database: PostgresPool

    /// Before the first line.
    private static let noHash = [UInt8](repeating: 0, count: 32)

    /// Adds a line within a transaction: it is there if, and only if, what it tells of was done.
    static func append(
        _ line: OperatorLine, at now: Timestamp, in transaction: PostgresTransaction
    ) async throws(PostgresError) {
        let results = try await transaction.pipeline([
            // Held until the end of the transaction: lines are added one after the other.
            PostgresStatement("SELECT number FROM operator_log_turn FOR UPDATE", []),
            PostgresStatement(
                "SELECT number, hash FROM operator_log ORDER BY number DESC LIMIT 1", []),
        ])
        let last = results[1].rows.first
        let before = try last?.bytes(1) ?? Self.noHash
        let numbered = NumberedLine(number: (try last?.int64(0) ?? 0) + 1, at: now, line: line)
        try await transaction.query(
            """
            INSERT INTO operator_log (\(NumberedLine.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .int64(numbered.number), .timestamp(now), .text(line.operator),
                .int16(Int16(clamping: line.action.rawValue)), .text(line.outcome.rawValue),
                .optional(line.saga?.uuid) { .uuid($0) },
                .optional(line.request?.uuid) { .uuid($0) }, .text(line.detail),
                .bytes(numbered.hash(after: before)),
            ])
    }

    /// Whether the log tells how an approved request ended. Nobody adds a line meanwhile.
    static func isClosed(
        _ request: OperatorRequestID, in transaction: PostgresTransaction
    ) async throws(PostgresError) -> Bool {
        let results = try await transaction.pipeline([
            PostgresStatement("SELECT number FROM operator_log_turn FOR UPDATE", []),
            PostgresStatement(
                "SELECT 1 FROM operator_log l WHERE l.request_id = $1 AND \(Self.closing)",
                [.uuid(request.uuid)]),
        ])
        return !results[1].rows.isEmpty
    }

    /// Of a line `l`: an adjustment was made, or the ledger would not make it.
    static let closing = """
        l.action = \(SagaV1.OperatorAction.adjust.rawValue) AND l.outcome IN ('done', 'refused')
        """

    /// Adds a line by itself.
    func append(_ line: OperatorLine, at now: Timestamp) async throws {
        try await database.withTransaction { transaction in
            try await Self.append(line, at: now, in: transaction)
        }
    }

    /// Newest first.
    ///
    /// - Parameter before: Only lines with a lower number.
    func lines(
        before: Int64?, saga: SagaID?, limit: Int64
    ) async throws -> [SagaV1.OperatorLogEntry] {
        try await database.query(
            """
            SELECT \(NumberedLine.columns) FROM operator_log
            WHERE ($1::bigint IS NULL OR number < $1) AND ($2::uuid IS NULL OR saga_id = $2)
            ORDER BY number DESC LIMIT $3
            """,
            [
                .optional(before) { .int64($0) }, .optional(saga?.uuid) { .uuid($0) },
                .int64(limit),
            ]
        ).map { row in
            let (line, hash) = try NumberedLine.read(row)
            return SagaV1.OperatorLogEntry(line, hash: hash)
        }
    }

    /// Recomputes every hash, and tells the first line that does not hold.
    func verify() async throws -> SagaV1.VerifyOperatorLogResponse {
        var report = SagaV1.VerifyOperatorLogResponse(isWhole: true, head: Self.noHash)
        while true {
            let rows = try await database.query(
                """
                SELECT \(NumberedLine.columns) FROM operator_log WHERE number > $1
                ORDER BY number LIMIT 1000
                """, [.int64(report.entries)])
            for row in rows {
                let (line, hash) = try NumberedLine.read(row)
                guard line.number == report.entries + 1 else {
                    return report.broken(at: report.entries + 1, "the line is missing")
                }
                guard hash == line.hash(after: report.head) else {
                    return report.broken(at: line.number, "the line was changed")
                }
                report.entries += 1
                report.head = hash
            }
            guard rows.count == 1000 else { return report }
        }
    }
}

extension SagaV1.VerifyOperatorLogResponse {
    fileprivate func broken(at number: Int64, _ problem: String) -> Self {
        var report = self
        report.isWhole = false
        report.brokenNumber = number
        report.problem = problem
        return report
    }
}
