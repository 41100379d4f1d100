internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import ServiceKit

/// Questions to the journal: what it has of ids, of sagas, of accounts.
struct JournalQueries: Sendable {
    let database: PostgresPool
    let shard: Int16
}

// MARK: - For the owner

extension JournalQueries {
    /// Loads what the journal has of the transfers' ids, and of the pending transfers that they are
    /// about.
    func load(_ transfers: [Transfer], into ledger: inout Ledger) async throws {
        let ids = transfers.map(\.id) + transfers.map(\.pendingID).filter { $0 != .zero }
        try await self.load(ids, into: &ledger)
    }

    /// Loads the transfers and spent ids among `ids` that the journal has and memory has not.
    ///
    /// - Returns: How many there were.
    @discardableResult
    func load(_ ids: [UUID128], into ledger: inout Ledger) async throws -> Int {
        let missing = Set(ids).filter { !ledger.knows($0) }
        guard !missing.isEmpty else { return 0 }
        let rows = try await self.database.query(
            "SELECT \(JournalRow.columns) FROM journal WHERE id = ANY($1::uuid[])",
            [.uuidArray(Array(missing))])
        let entries = try rows.map { try JournalRow.entry($0) }
        let pendings = entries.filter { $0.kind == .transfer }.map(\.transfer)
            .filter { $0.flags.contains(.pending) }
        let ends = try await self.ends(of: pendings.map(\.id))
        for entry in entries {
            switch entry.kind {
            case .transfer:
                var state = entry.transfer.openingState
                state?.status = ends[entry.transfer.id] ?? .pending
                ledger.load(entry.transfer, pending: state)
            case .failure:
                ledger.load(failure: entry.result ?? .idAlreadyFailed, of: entry.transfer.id)
            // Ids of the ledger's own: whoever takes one for a transfer finds it spent.
            case .expiry, .account, .operation:
                ledger.load(failure: .idAlreadyFailed, of: entry.transfer.id)
            }
        }
        return entries.count
    }

    /// All that the journal has of the sagas; nothing for one that it has never seen.
    func operations(
        of sagas: Set<SagaID>
    ) async throws -> [(saga: SagaID, records: [OperationRecord])] {
        guard !sagas.isEmpty else { return [] }
        let rows = try await self.database.query(
            """
            SELECT \(JournalRow.columns) FROM journal
            WHERE kind = 5 AND user_data = ANY($1::uuid[])
            """, [.uuidArray(sagas.map(\.uuid))])
        let records = try rows.map { try OperationRecord(try JournalRow.entry($0)) }
        let found = Dictionary(grouping: records, by: \.sagaID)
        return sagas.map { ($0, found[$0] ?? []) }
    }

    /// How pending transfers ended; those that have not are missing.
    func ends(of ids: [UUID128]) async throws -> [UUID128: PendingState.Status] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await self.database.query(
            """
            WITH indexed AS (SELECT at_us FROM journal_indexed WHERE shard = $1)
            SELECT j.pending_id, j.kind, j.flags FROM journal_index AS i
            JOIN journal AS j ON j.id = i.id
            WHERE i.attribute = 3 AND i.key = ANY($2::uuid[])
            UNION ALL
            SELECT j.pending_id, j.kind, j.flags FROM journal AS j
            WHERE j.at_us > (SELECT at_us FROM indexed) AND j.shard = $1
                AND j.pending_id = ANY($2::uuid[])
            """, [.int16(self.shard), .uuidArray(ids)])
        var ends: [UUID128: PendingState.Status] = [:]
        for row in rows {
            let flags = Transfer.Flags(rawValue: UInt32(bitPattern: try row.int32(2)))
            ends[try row.uuid(0)] =
                try row.int16(1) == JournalEntry.Kind.expiry.rawValue
                ? .expired : flags.contains(.postPending) ? .posted : .voided
        }
        return ends
    }
}
