internal import Identifiers
internal import LedgerCore
internal import Postgres

/// The account table's columns.
enum AccountRow {
    static let columns = """
        id, shard, name, currency, flags, user_data, created_us, debits_pending, debits_posted, \
        credits_pending, credits_posted
        """

    static func account(_ row: PostgresRow) throws(PostgresError) -> Account {
        Account(
            id: try row.uuid(0), name: try row.text(2),
            currency: CurrencyCode(try row.text(3)),
            flags: Account.Flags(rawValue: UInt32(bitPattern: try row.int32(4))),
            userData: try row.optionalUUID(5) ?? .zero,
            balances: Balances(
                debitsPending: try row.int64(7), debitsPosted: try row.int64(8),
                creditsPending: try row.int64(9), creditsPosted: try row.int64(10)),
            createdAt: Timestamp(microseconds: try row.int64(6)))
    }
}

extension CopyRows {
    /// The row of an account that an entry opens.
    mutating func append(openingOf entry: JournalEntry, shard: Int16) {
        let transfer = entry.transfer
        self.append(fields: 11, capacity: 160 + entry.body.count) { row in
            row.append(transfer.debitAccountID)
            row.append(shard)
            row.append(entry.body)
            row.append(letters: transfer.currency.word)
            row.append(Int32(bitPattern: transfer.flags.rawValue))
            if transfer.userData == .zero {
                row.appendNull()
            } else {
                row.append(transfer.userData)
            }
            row.append(transfer.createdAt.microseconds)
            for _ in 0..<4 { row.append(Int64(0)) }
        }
    }
}
