internal import Identifiers
internal import LedgerCore
internal import Postgres

extension LedgerStore {
    /// Those of the accounts that exist, in the order of `ids`.
    func accounts(_ ids: [UUID128]) async throws -> [Account] {
        let rows = try await self.database.query(
            "SELECT \(Account.columns) FROM account AS a WHERE a.id = ANY($1::uuid[])",
            [.uuidArray(ids)])
        let found = Dictionary(
            try rows.map { try Account($0) }.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return ids.compactMap { found[$0] }
    }

    /// Accounts in the order of their names, then currencies.
    ///
    /// - Parameters:
    ///   - namePrefix: Empty for all.
    ///   - currency: Empty for all.
    ///   - cursor: The account after which to begin.
    func listAccounts(
        namePrefix: String, currency: String, after cursor: UUID128?, limit: Int
    ) async throws -> [Account] {
        try await self.database.query(
            """
            SELECT \(Account.columns) FROM account AS a
            WHERE ($1 = '' OR left(a.name, length($1)) = $1)
                AND ($2 = '' OR a.currency = $2)
                AND ($3::uuid IS NULL OR (a.name, a.currency)
                    > (SELECT c.name, c.currency FROM account AS c WHERE c.id = $3::uuid))
            ORDER BY a.name, a.currency LIMIT $4
            """,
            [
                .text(namePrefix), .text(currency), .optional(cursor, PostgresValue.uuid),
                .int64(Int64(limit)),
            ]
        ).map { try Account($0) }
    }

    /// The sums of all accounts of one currency, in minor units.
    struct TrialBalanceLine: Sendable {
        let currency: String
        let balances: Balances
        let accountCount: Int64
    }

    /// One line for each currency, all read in one statement and so at one moment.
    ///
    /// - Throws: `PostgresError` 22003 if a sum does not fit 64 bits.
    func trialBalance() async throws -> [TrialBalanceLine] {
        try await self.database.query(
            """
            SELECT currency, sum(debits_pending)::bigint, sum(debits_posted)::bigint,
                sum(credits_pending)::bigint, sum(credits_posted)::bigint, count(*)
            FROM account GROUP BY currency ORDER BY currency
            """
        ).map { row in
            TrialBalanceLine(
                currency: try row.text(0),
                balances: Balances(
                    debitsPending: try row.int64(1), debitsPosted: try row.int64(2),
                    creditsPending: try row.int64(3), creditsPosted: try row.int64(4)),
                accountCount: try row.int64(5))
        }
    }
}
