internal import Identifiers
internal import LedgerCore
internal import Postgres

extension LedgerStore {
    /// A transfer with what became of it.
    struct TransferRecord: Sendable {
        let transfer: Transfer
        let pending: PendingState?
        let debitAccountName: String
        let creditAccountName: String

        fileprivate init(_ row: PostgresRow) throws(PostgresError) {
            self.transfer = try Transfer(row)
            self.pending = try PendingState(row)
            self.debitAccountName = try row.text(13)
            self.creditAccountName = try row.text(14)
        }
    }

    private static let records = """
        SELECT \(Transfer.columns), p.status, p.expires_us, debit.name, credit.name
        FROM transfer AS t
        JOIN account AS debit ON debit.id = t.debit_account_id
        JOIN account AS credit ON credit.id = t.credit_account_id
        LEFT JOIN pending_transfer AS p ON p.transfer_id = t.id
        """

    /// Those of the transfers that exist, in the order of `ids`.
    func transfers(_ ids: [UUID128]) async throws -> [TransferRecord] {
        let rows = try await self.database.query(
            "\(Self.records) WHERE t.id = ANY($1::uuid[])", [.uuidArray(ids)])
        let found = Dictionary(
            try rows.map { try TransferRecord($0) }.map { ($0.transfer.id, $0) },
            uniquingKeysWith: { $1 })
        return ids.compactMap { found[$0] }
    }

    /// Transfers, newest first. Each kind of question has its statement, and so its index.
    ///
    /// - Parameters:
    ///   - accountID: Only those that debit or credit the account.
    ///   - userData: Only those with this number of the caller's.
    ///   - before: Only those made before.
    func listTransfers(
        accountID: UUID128?, userData: UUID128?, before: Timestamp?, limit: Int
    ) async throws -> [TransferRecord] {
        let time = before?.microseconds ?? .max
        let page = "t.created_us < $1 ORDER BY t.created_us DESC LIMIT $2"
        var parameters: [PostgresValue] = [.int64(time), .int64(Int64(limit))]
        var conditions = ""
        if let userData {
            parameters.append(.uuid(userData))
            conditions += "t.user_data = $\(parameters.count) AND "
        }
        guard let accountID else {
            return try await self.records("\(Self.records) WHERE \(conditions)\(page)", parameters)
        }
        parameters.append(.uuid(accountID))
        let account = "$\(parameters.count)"
        let sides = ["debit_account_id", "credit_account_id"].map { side in
            "(SELECT t.id FROM transfer AS t WHERE \(conditions)t.\(side) = \(account) AND \(page))"
        }
        // The newest of each side first: "or" between the two would use neither's index.
        return try await self.records(
            """
            \(Self.records) WHERE t.id IN (\(sides.joined(separator: " UNION ALL ")))
            ORDER BY t.created_us DESC LIMIT $2
            """, parameters)
    }

    private func records(
        _ sql: String, _ parameters: [PostgresValue]
    ) async throws -> [TransferRecord] {
        try await self.database.query(sql, parameters).map { try TransferRecord($0) }
    }

    /// Pending transfers whose time is up, the longest overdue first.
    func duePendingTransfers(limit: Int) async throws -> [UUID128] {
        try await self.database.query(
            """
            SELECT transfer_id FROM pending_transfer
            WHERE status = 1 AND expires_us IS NOT NULL AND expires_us <= $1
            ORDER BY expires_us LIMIT $2
            """, [.int64(self.clock.now().microseconds), .int64(Int64(limit))]
        ).map { try $0.uuid(0) }
    }
}
