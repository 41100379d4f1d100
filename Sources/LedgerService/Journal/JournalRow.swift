internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import TLS

/// The journal's columns, in the order of ``columns``.
enum JournalRow {
    static let columns = """
        shard, at_us, id, kind, debit_account_id, credit_account_id, amount, currency, pending_id, \
        flags, code, user_data, timeout_seconds, result, body, chain
        """

    /// Appends an entry to rows for COPY. All but its last field, just as they are sent, are what
    /// the chain covers.
    static func append(
        _ entry: JournalEntry, shard: Int16, to rows: inout CopyRows, _ chain: inout SHA256Chain
    ) {
        let transfer = entry.transfer
        rows.append(fields: 16, capacity: 256 + entry.body.count) { row in
            row.append(shard)
            row.append(transfer.createdAt.microseconds)
            row.append(transfer.id)
            row.append(entry.kind.rawValue)
            row.append(optional: transfer.debitAccountID)
            row.append(optional: transfer.creditAccountID)
            row.append(transfer.amount)
            row.append(letters: transfer.currency.word)
            row.append(optional: transfer.pendingID)
            row.append(Int32(bitPattern: transfer.flags.rawValue))
            row.append(Int64(transfer.code))
            row.append(optional: transfer.userData)
            row.append(Int64(transfer.timeoutSeconds))
            if let result = entry.result {
                row.append(Int16(truncatingIfNeeded: result.rawValue))
            } else {
                row.appendNull()
            }
            if entry.body.isEmpty { row.appendNull() } else { row.append(entry.body) }
            row.withBytes { chain.append($0) }
            row.append(Int64(bitPattern: chain.check))
        }
    }

    /// - Parameter offset: Which column of the row is the first of ``columns``.
    static func entry(_ row: PostgresRow, at offset: Int = 0) throws(PostgresError) -> JournalEntry
    {
        guard let kind = JournalEntry.Kind(rawValue: try row.int16(offset + 3)) else {
            throw PostgresError(.decoding, detail: "a journal entry of an unknown kind")
        }
        return JournalEntry(
            kind: kind,
            transfer: Transfer(
                id: try row.uuid(offset + 2),
                debitAccountID: try row.optionalUUID(offset + 4) ?? .zero,
                creditAccountID: try row.optionalUUID(offset + 5) ?? .zero,
                amount: try row.int64(offset + 6),
                currency: CurrencyCode(try row.text(offset + 7)),
                pendingID: try row.optionalUUID(offset + 8) ?? .zero,
                flags: Transfer.Flags(rawValue: UInt32(bitPattern: try row.int32(offset + 9))),
                code: UInt32(truncatingIfNeeded: try row.int64(offset + 10)),
                userData: try row.optionalUUID(offset + 11) ?? .zero,
                timeoutSeconds: UInt32(truncatingIfNeeded: try row.int64(offset + 12)),
                createdAt: Timestamp(microseconds: try row.int64(offset + 1))),
            result: try row.optionalInt16(offset + 13).flatMap { ResultCode(rawValue: Int32($0)) },
            body: try row.optionalBytes(offset + 14) ?? [])
    }

    /// What is stored of the chain in the entry.
    static func check(_ row: PostgresRow, at offset: Int = 0) throws(PostgresError) -> UInt64 {
        UInt64(bitPattern: try row.int64(offset + 15))
    }
}

extension CopyRow {
    /// 0 stands for none.
    fileprivate mutating func append(optional id: UUID128) {
        if id == .zero { self.appendNull() } else { self.append(id) }
    }
}
