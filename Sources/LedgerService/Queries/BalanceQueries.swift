internal import Identifiers
internal import LedgerCore
internal import Postgres

/// What balances were at a past time, from the journal.
extension JournalQueries {
    /// The balances of an account after all up to a moment; `nil` if there was no such account.
    func balances(of account: UUID128, at time: Timestamp) async throws -> Balances? {
        let exists = try await self.database.query(
            "SELECT 1::bigint FROM account WHERE id = $1 AND shard = $2 AND created_us <= $3",
            [.uuid(account), .int16(self.shard), .int64(time.microseconds)])
        guard !exists.isEmpty else { return nil }
        let row = try await self.database.query(
            """
            WITH moved AS (\(Self.movements(of: "$1", until: "$3")))
            SELECT coalesce(sum(debits_pending), 0)::bigint, coalesce(sum(debits_posted), 0)::bigint,
                coalesce(sum(credits_pending), 0)::bigint, coalesce(sum(credits_posted), 0)::bigint
            FROM moved
            """, [.uuid(account), .int16(self.shard), .int64(time.microseconds)]
        ).first
        guard let row else { return nil }
        return Balances(
            debitsPending: try row.int64(0), debitsPosted: try row.int64(1),
            creditsPending: try row.int64(2), creditsPosted: try row.int64(3))
    }

    /// The balances of an account after each of its transfers, newest first.
    func history(
        of account: UUID128, from: Timestamp, to: Timestamp, limit: Int
    ) async throws -> [(time: Timestamp, transfer: UUID128, balances: Balances)] {
        try await self.database.query(
            """
            WITH moved AS (\(Self.movements(of: "$1", until: "$3"))),
            running AS (
                SELECT at_us, id,
                    sum(debits_pending) OVER past AS debits_pending,
                    sum(debits_posted) OVER past AS debits_posted,
                    sum(credits_pending) OVER past AS credits_pending,
                    sum(credits_posted) OVER past AS credits_posted
                FROM moved WINDOW past AS (ORDER BY at_us))
            SELECT at_us, id, debits_pending::bigint, debits_posted::bigint,
                credits_pending::bigint, credits_posted::bigint
            FROM running WHERE at_us >= $4 ORDER BY at_us DESC LIMIT $5
            """,
            [
                .uuid(account), .int16(self.shard), .int64(to.microseconds),
                .int64(from.microseconds), .int64(Int64(limit)),
            ]
        ).map { row in
            (
                Timestamp(microseconds: try row.int64(0)), try row.uuid(1),
                Balances(
                    debitsPending: try row.int64(2), debitsPosted: try row.int64(3),
                    creditsPending: try row.int64(4), creditsPosted: try row.int64(5))
            )
        }
    }

    /// The sums of all accounts at a past moment, one line for each currency. Reads the whole
    /// journal up to it.
    func trialBalance(at time: Timestamp) async throws -> [TrialBalanceLine] {
        try await self.database.query(
            """
            WITH moved AS (
                SELECT j.currency, \(Self.effects) FROM journal AS j
                LEFT JOIN journal AS p ON p.id = j.pending_id
                WHERE j.shard = $1 AND j.at_us <= $2 AND j.kind IN (1, 3)),
            sums AS (
                SELECT currency, sum(pending)::bigint AS pending, sum(posted)::bigint AS posted
                FROM moved GROUP BY currency)
            SELECT a.currency, coalesce(s.pending, 0), coalesce(s.posted, 0), a.count
            FROM (SELECT currency, count(*) AS count FROM account
                WHERE shard = $1 AND created_us <= $2 GROUP BY currency) AS a
            LEFT JOIN sums AS s ON s.currency = a.currency ORDER BY a.currency
            """, [.int16(self.shard), .int64(time.microseconds)]
        ).map { row in
            let pending = try row.int64(1)
            let posted = try row.int64(2)
            return TrialBalanceLine(
                currency: CurrencyCode(try row.text(0)),
                balances: Balances(
                    debitsPending: pending, debitsPosted: posted, creditsPending: pending,
                    creditsPosted: posted), accountCount: try row.int64(3))
        }
    }

    /// What an entry `j` does to the pending and the posted sum of its accounts. A post, a void and
    /// an expiry release all that their pending transfer `p` held.
    private static let effects = """
        CASE WHEN j.flags & 2 <> 0 THEN j.amount ELSE -coalesce(p.amount, 0) END AS pending,
        CASE WHEN j.kind = 1 AND j.flags & 10 = 0 THEN j.amount ELSE 0 END AS posted
        """

    /// What each entry did to one account. $2 is the shard.
    private static func movements(of account: String, until time: String) -> String {
        """
        SELECT j.at_us, j.id,
            CASE WHEN j.debit_account_id = \(account) THEN e.pending ELSE 0 END AS debits_pending,
            CASE WHEN j.debit_account_id = \(account) THEN e.posted ELSE 0 END AS debits_posted,
            CASE WHEN j.credit_account_id = \(account) THEN e.pending ELSE 0 END AS credits_pending,
            CASE WHEN j.credit_account_id = \(account) THEN e.posted ELSE 0 END AS credits_posted
        FROM (
            SELECT j.* FROM journal_index AS i JOIN journal AS j ON j.id = i.id
            WHERE i.attribute = 1 AND i.key = \(account) AND i.at_us <= \(time)
            UNION ALL
            SELECT j.* FROM journal AS j
            WHERE j.shard = $2 AND j.at_us <= \(time)
                AND j.at_us > (SELECT at_us FROM journal_indexed WHERE shard = $2)
                AND j.kind IN (1, 3)
                AND (j.debit_account_id = \(account) OR j.credit_account_id = \(account))) AS j
        LEFT JOIN journal AS p ON p.id = j.pending_id
        CROSS JOIN LATERAL (SELECT \(effects)) AS e
        """
    }
}
