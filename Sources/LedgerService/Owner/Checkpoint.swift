internal import Identifiers
internal import LedgerCore
internal import Postgres

/// The changed balances and holds as they stood at one moment, to be written behind the journal.
struct Checkpoint: Sendable {
    private var accounts: [(id: UUID128, state: AccountState)] = []
    private var begun: [UUID128] = []
    private var ended: [UUID128] = []
    let time: Timestamp
    private let shard: Int16

    /// - Parameter ledger: With nothing in it that is not durable.
    init(_ changes: CheckpointChanges, of ledger: Ledger, shard: Int16) {
        self.shard = shard
        self.time = changes.lastTime
        self.accounts.reserveCapacity(changes.accounts.count)
        for id in changes.accounts.keys {
            if let state = ledger.accounts[id] { self.accounts.append((id, state)) }
        }
        for (id, isOpen) in zip(changes.holds.keys, changes.holds.values) {
            if isOpen { self.begun.append(id) } else { self.ended.append(id) }
        }
    }

    /// Writes it as one transaction; a stale owner writes nothing.
    ///
    /// - Throws: `PostgresError`
    func write(to database: PostgresPool, epoch: Int64) async throws {
        try await database.withTransaction { transaction in
            let owner = try await transaction.query(
                "SELECT epoch FROM ledger_owner WHERE shard = $1 AND epoch = $2 FOR SHARE",
                [.int16(self.shard), .int64(epoch)])
            guard !owner.isEmpty else { return }
            for chunk in self.accounts.chunks(of: 5_000) {
                try await transaction.pipeline([Self.update(chunk)])
            }
            for chunk in self.ended.chunks(of: 10_000) {
                try await transaction.query(
                    "DELETE FROM pending_hold WHERE id = ANY($1::uuid[])",
                    [.uuidArray(Array(chunk))])
            }
            for chunk in self.begun.chunks(of: 10_000) {
                try await transaction.query(
                    "INSERT INTO pending_hold (id, shard) SELECT id, $2 FROM unnest($1::uuid[]) AS h (id)",
                    [.uuidArray(Array(chunk)), .int16(self.shard)])
            }
            try transaction.enqueue(
                "UPDATE checkpoint SET at_us = $2 WHERE shard = $1",
                [.int16(self.shard), .int64(self.time.microseconds)])
        }
    }

    private static func update(
        _ accounts: ArraySlice<(id: UUID128, state: AccountState)>
    ) -> PostgresStatement {
        PostgresStatement(
            """
            UPDATE account AS a SET flags = c.flags, debits_pending = c.debits_pending,
                debits_posted = c.debits_posted, credits_pending = c.credits_pending,
                credits_posted = c.credits_posted
            FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[],
                $6::bigint[]) AS c (id, flags, debits_pending, debits_posted, credits_pending,
                credits_posted)
            WHERE a.id = c.id
            """,
            [
                .uuidArray(accounts.map(\.id)),
                .int32Array(accounts.map { Int32(bitPattern: $0.state.flags.rawValue) }),
                .int64Array(accounts.map(\.state.balances.debitsPending)),
                .int64Array(accounts.map(\.state.balances.debitsPosted)),
                .int64Array(accounts.map(\.state.balances.creditsPending)),
                .int64Array(accounts.map(\.state.balances.creditsPosted)),
            ])
    }
}

extension Array {
    /// Its elements in order, at most so many at a time.
    fileprivate func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: self.count, by: size).map {
            self[$0..<Swift.min($0 + size, self.count)]
        }
    }
}
