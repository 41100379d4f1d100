internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import ServiceKit

/// Every statement here is enqueued: they leave together, with COMMIT.
extension LedgerStore {
    func write(
        _ changes: LedgerChanges, in transaction: PostgresTransaction
    ) throws(PostgresError) {
        try self.insert(changes.createdAccounts, in: transaction)
        try self.update(changes.updatedAccounts, in: transaction)
        try self.insert(changes.createdTransfers, in: transaction)
        try self.write(pendings: changes, in: transaction)
        try self.insert(failures: changes.failures, in: transaction)
    }

    private func insert(
        _ accounts: [Account], in transaction: PostgresTransaction
    ) throws(PostgresError) {
        guard !accounts.isEmpty else { return }
        try transaction.enqueue(
            """
            INSERT INTO account (id, name, currency, flags, created_us, debits_pending,
                debits_posted, credits_pending, credits_posted)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::bigint[],
                $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
            """,
            [
                .uuidArray(accounts.map(\.id)), .textArray(accounts.map(\.name)),
                .textArray(accounts.map(\.currency)),
                .int32Array(accounts.map { Int32(bitPattern: $0.flags.rawValue) }),
                .int64Array(accounts.map(\.createdAt.microseconds)),
            ] + Self.balanceColumns(accounts))
    }

    private func update(
        _ accounts: [Account], in transaction: PostgresTransaction
    ) throws(PostgresError) {
        guard !accounts.isEmpty else { return }
        try transaction.enqueue(
            """
            UPDATE account SET debits_pending = new.debits_pending,
                debits_posted = new.debits_posted, credits_pending = new.credits_pending,
                credits_posted = new.credits_posted
            FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
                AS new(id, debits_pending, debits_posted, credits_pending, credits_posted)
            WHERE account.id = new.id
            """, [.uuidArray(accounts.map(\.id))] + Self.balanceColumns(accounts))
    }

    private static func balanceColumns(_ accounts: [Account]) -> [PostgresValue] {
        [
            .int64Array(accounts.map(\.balances.debitsPending)),
            .int64Array(accounts.map(\.balances.debitsPosted)),
            .int64Array(accounts.map(\.balances.creditsPending)),
            .int64Array(accounts.map(\.balances.creditsPosted)),
        ]
    }

    private func insert(
        _ transfers: [Transfer], in transaction: PostgresTransaction
    ) throws(PostgresError) {
        guard !transfers.isEmpty else { return }
        try transaction.enqueue(
            """
            INSERT INTO transfer (id, debit_account_id, credit_account_id, amount, currency,
                pending_id, flags, code, user_data, timeout_seconds, created_us)
            SELECT id, debit_account_id, credit_account_id, amount, currency,
                NULLIF(pending_id, '00000000-0000-0000-0000-000000000000'), flags, code,
                NULLIF(user_data, '00000000-0000-0000-0000-000000000000'), timeout_seconds,
                created_us
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::uuid[],
                $7::integer[], $8::bigint[], $9::uuid[], $10::bigint[], $11::bigint[])
                AS new(id, debit_account_id, credit_account_id, amount, currency, pending_id,
                    flags, code, user_data, timeout_seconds, created_us)
            """,
            [
                .uuidArray(transfers.map(\.id)), .uuidArray(transfers.map(\.debitAccountID)),
                .uuidArray(transfers.map(\.creditAccountID)),
                .int64Array(transfers.map(\.amount)), .textArray(transfers.map(\.currency)),
                .uuidArray(transfers.map(\.pendingID)),
                .int32Array(transfers.map { Int32(bitPattern: $0.flags.rawValue) }),
                .int64Array(transfers.map { Int64($0.code) }),
                .uuidArray(transfers.map(\.userData)),
                .int64Array(transfers.map { Int64($0.timeoutSeconds) }),
                .int64Array(transfers.map(\.createdAt.microseconds)),
            ])
    }

    private func write(
        pendings changes: LedgerChanges, in transaction: PostgresTransaction
    ) throws(PostgresError) {
        let opened = changes.openedPendings
        if !opened.isEmpty {
            // 0 stands for "never" on the way: an array of ours holds no NULL.
            try transaction.enqueue(
                """
                INSERT INTO pending_transfer (transfer_id, status, expires_us)
                SELECT id, status, NULLIF(expires_us, 0)
                FROM unnest($1::uuid[], $2::smallint[], $3::bigint[])
                    AS new(id, status, expires_us)
                """,
                [
                    .uuidArray(opened.map(\.id)),
                    .int16Array(opened.map(\.state.status.rawValue)),
                    .int64Array(opened.map { $0.state.expiresAt?.microseconds ?? 0 }),
                ])
        }
        let closed = changes.closedPendings
        if !closed.isEmpty {
            try transaction.enqueue(
                """
                UPDATE pending_transfer SET status = new.status
                FROM unnest($1::uuid[], $2::smallint[]) AS new(id, status)
                WHERE transfer_id = new.id
                """,
                [.uuidArray(closed.map(\.id)), .int16Array(closed.map(\.status.rawValue))])
        }
    }

    private func insert(
        failures: [(id: UUID128, code: ResultCode)], in transaction: PostgresTransaction
    ) throws(PostgresError) {
        guard !failures.isEmpty else { return }
        try transaction.enqueue(
            """
            INSERT INTO transfer_failure (transfer_id, code)
            SELECT * FROM unnest($1::uuid[], $2::integer[])
            """, [.uuidArray(failures.map(\.id)), .int32Array(failures.map(\.code.rawValue))])
    }

    func write(
        _ barrier: BarrierBook, in transaction: PostgresTransaction
    ) throws(PostgresError) {
        let fences = Array(barrier.raisedFences)
        if !fences.isEmpty {
            try transaction.enqueue(
                """
                INSERT INTO saga_fence (saga_id, epoch)
                SELECT * FROM unnest($1::uuid[], $2::bigint[])
                ON CONFLICT (saga_id) DO UPDATE SET epoch = excluded.epoch
                """, [.uuidArray(fences.map(\.key)), .int64Array(fences.map(\.value))])
        }
        let rows = barrier.newRows
        if !rows.isEmpty {
            let now = self.clock.now()
            try transaction.enqueue(
                """
                INSERT INTO operation_barrier
                    (saga_id, step, operation, origin, epoch, request_hash, answer, created_at)
                SELECT * FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::smallint[],
                    $5::bigint[], $6::bytea[], $7::bytea[], $8::timestamptz[])
                """,
                [
                    .uuidArray(rows.map(\.key.sagaID)), .textArray(rows.map(\.key.step)),
                    .int16Array(rows.map(\.key.kind.stored)),
                    .int16Array(rows.map(\.row.origin.stored)),
                    .int64Array(rows.map(\.row.epoch)),
                    .bytesArray(rows.map { $0.row.requestHash ?? [] }),
                    .bytesArray(rows.map(\.row.answer)),
                    .timestampArray(rows.map { _ in now }),
                ])
        }
    }
}
