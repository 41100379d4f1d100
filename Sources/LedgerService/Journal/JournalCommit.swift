internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import TLS

/// A batch of entries as it goes to the database: one script, one commit.
struct JournalCommit: Sendable {
    let script: PostgresScript
    let epoch: Int64
    let lastTime: Timestamp
    /// The link of the chain behind the last entry.
    let hash: [UInt8]

    /// - Parameters:
    ///   - entries: At least one.
    ///   - chain: Goes on from the entry before the first; afterwards it is behind the last.
    init(
        _ entries: ArraySlice<JournalEntry>, shard: Int16, epoch: Int64,
        _ chain: inout SHA256Chain
    ) {
        var rows = CopyRows(capacity: entries.count * 240)
        var accounts = CopyRows()
        var hasAccounts = false
        for entry in entries {
            JournalRow.append(entry, shard: shard, to: &rows, &chain)
            guard entry.kind == .account else { continue }
            hasAccounts = true
            accounts.append(openingOf: entry, shard: shard)
        }
        let first = entries.first?.time.microseconds ?? 0
        self.lastTime = entries.last?.time ?? .unset
        self.hash = chain.link
        self.epoch = epoch
        let digits = self.hash.map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0\(text)" : text
        }.joined()
        // The fence: under another epoch there is no row, and NULL is refused. The lock makes a new
        // owner wait for this commit.
        var text = """
            INSERT INTO journal_commit (shard, last_us, first_us, entries, epoch, hash) VALUES (\
            \(shard), \(self.lastTime.microseconds), \(first), \(entries.count), \
            (SELECT epoch FROM ledger_owner WHERE shard = \(shard) AND epoch = \(epoch) FOR SHARE), \
            '\\x\(digits)');
            COPY journal (\(JournalRow.columns)) FROM STDIN (FORMAT binary);
            """
        var copies = [rows.finished()]
        if hasAccounts {
            text += "COPY account (\(AccountRow.columns)) FROM STDIN (FORMAT binary);"
            copies.append(accounts.finished())
        }
        self.script = PostgresScript(text, copies: copies)
    }
}
