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
        let start = rows.count
        let transfer = entry.transfer
        rows.beginRow(fields: 16)
        rows.append(shard)
        rows.append(transfer.createdAt.microseconds)
        rows.append(transfer.id)
        rows.append(entry.kind.rawValue)
        rows.append(optional: transfer.debitAccountID)
        rows.append(optional: transfer.creditAccountID)
        rows.append(transfer.amount)
        rows.append(text: transfer.currency)
        rows.append(optional: transfer.pendingID)
        rows.append(Int32(bitPattern: transfer.flags.rawValue))
        rows.append(Int64(transfer.code))
        rows.append(optional: transfer.userData)
        rows.append(Int64(transfer.timeoutSeconds))
        if let result = entry.result {
            rows.append(Int16(truncatingIfNeeded: result.rawValue))
        } else {
            rows.appendNull()
        }
        if entry.body.isEmpty { rows.appendNull() } else { rows.append(entry.body) }
        rows.withBytes(from: start) { chain.append($0) }
        rows.append(Int64(bitPattern: chain.check))
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

extension CopyRows {
    /// 0 stands for none.
    fileprivate mutating func append(optional id: UUID128) {
        if id == .zero { self.appendNull() } else { self.append(id) }
    }

    fileprivate mutating func append(text currency: CurrencyCode) {
        self.append(letters: currency.word)
    }
}
