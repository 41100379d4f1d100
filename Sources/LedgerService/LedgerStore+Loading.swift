internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import ServiceKit

extension LedgerStore {
    /// Locks the journal and reads all that the batch needs, in one round trip.
    func load(
        _ needs: LedgerNeeds, in transaction: PostgresTransaction
    ) async throws -> LedgerBatch {
        // Every table is read by a key. A plan made while the tables were still small would scan
        // them, and go on scanning when they have grown. Where a scan is all there is it counts as
        // dear, and PostgreSQL would compile the statement each time: a tenth of a second.
        try transaction.enqueue("SET LOCAL enable_seqscan = off")
        try transaction.enqueue("SET LOCAL jit = off")
        let results = try await transaction.pipeline([
            PostgresStatement("SELECT last_us FROM journal_head WHERE only_row FOR UPDATE"),
            Self.accounts(needs), Self.accountsByName(needs), Self.transfers(needs),
            Self.failures(needs), Self.fences(needs), Self.barrierRows(needs),
        ])
        var ledger = Ledger()
        for row in results[1].rows + results[2].rows { ledger.load(try Account(row)) }
        for row in results[3].rows {
            ledger.load(try Transfer(row), pending: try PendingState(row))
        }
        for row in results[4].rows {
            ledger.load(
                failure: ResultCode(rawValue: try row.int32(1)) ?? .idAlreadyFailed,
                of: try row.uuid(0))
        }
        var barrier = BarrierBook()
        for row in results[5].rows { barrier.load(fence: try row.int64(1), of: try row.uuid(0)) }
        for row in results[6].rows { barrier.load(try .init(row), for: try .init(row)) }
        let lastTime = Timestamp(microseconds: try results[0].rows.first?.int64(0) ?? 0)
        return LedgerBatch(
            ledger: ledger, barrier: barrier, now: self.clock.now(), lastTime: lastTime)
    }

    private static func accounts(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT \(Account.columns) FROM account AS a WHERE a.id IN (
                SELECT unnest($1::uuid[])
                UNION SELECT debit_account_id FROM transfer WHERE id = ANY($2::uuid[])
                UNION SELECT credit_account_id FROM transfer WHERE id = ANY($2::uuid[]))
            """, [.uuidArray(Array(needs.accountIDs)), .uuidArray(Array(needs.settledIDs))])
    }

    private static func accountsByName(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT \(Account.columns) FROM unnest($1::text[], $2::text[]) AS wanted(name, currency)
            JOIN account AS a ON a.name = wanted.name AND a.currency = wanted.currency
            """,
            [
                .textArray(needs.accountNames.map(\.name)),
                .textArray(needs.accountNames.map(\.currency)),
            ])
    }

    private static func transfers(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT \(Transfer.columns), p.status, p.expires_us FROM transfer AS t
            LEFT JOIN pending_transfer AS p ON p.transfer_id = t.id
            WHERE t.id = ANY($1::uuid[])
            """, [.uuidArray(Array(needs.transferIDs))])
    }

    private static func failures(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            "SELECT transfer_id, code FROM transfer_failure WHERE transfer_id = ANY($1::uuid[])",
            [.uuidArray(Array(needs.newTransferIDs))])
    }

    private static func fences(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            "SELECT saga_id, epoch FROM saga_fence WHERE saga_id = ANY($1::uuid[])",
            [.uuidArray(needs.operations.map(\.sagaID.uuid))])
    }

    private static func barrierRows(_ needs: LedgerNeeds) -> PostgresStatement {
        PostgresStatement(
            """
            SELECT DISTINCT b.saga_id, b.step, b.operation, b.origin, b.epoch, b.request_hash,
                b.answer
            FROM unnest($1::uuid[], $2::text[]) AS wanted(saga_id, step)
            JOIN operation_barrier AS b ON b.saga_id = wanted.saga_id AND b.step = wanted.step
            """,
            [
                .uuidArray(needs.operations.map(\.sagaID.uuid)),
                .textArray(needs.operations.map(\.step)),
            ])
    }
}
