internal import Identifiers
internal import LedgerCore
internal import Messages
internal import Postgres
internal import RPC
internal import Stubs

extension LedgerHandler {
    /// How many entries one message carries.
    private static let entriesInMessage = 500

    func readJournal(
        _ request: LedgerV1.ReadJournalRequest,
        to responses: MessageWriter<LedgerV1.ReadJournalResponse>, context: CallContext
    ) async throws {
        let range = try TimeRange(from: request.fromUs, to: request.toUs)
        let newest = try await self.queries.newestCommit()
        var reader = JournalReader(
            database: self.queries.database, shard: self.queries.shard,
            after: range.from - .microseconds(1), upTo: min(range.to, newest),
            decode: { row throws(PostgresError) in row })
        var names: [UUID128: String] = [:]
        while let rows = try await reader.next() {
            var entries: [LedgerV1.JournalEntry] = []
            for row in rows {
                let entry = try JournalRow.entry(row)
                if entry.kind == .account {
                    names[entry.transfer.debitAccountID] = String(
                        decoding: entry.body, as: UTF8.self)
                }
                try await self.learnNames(of: entry.transfer, &names)
                entries.append(
                    LedgerV1.JournalEntry(entry, check: try JournalRow.check(row), names: names))
                guard entries.count == Self.entriesInMessage else { continue }
                try await responses.send(LedgerV1.ReadJournalResponse(entries: entries))
                entries = []
            }
            guard !entries.isEmpty else { continue }
            try await responses.send(LedgerV1.ReadJournalResponse(entries: entries))
        }
    }

    private func learnNames(of transfer: Transfer, _ names: inout [UUID128: String]) async throws {
        let ids = [transfer.debitAccountID, transfer.creditAccountID].filter {
            $0 != .zero && names[$0] == nil
        }
        guard !ids.isEmpty else { return }
        for account in try await self.accounts(ids) { names[account.id] = account.name }
    }
}

extension JournalQueries {
    /// The newest durable entry.
    func newestCommit() async throws -> Timestamp {
        let row = try await self.database.query(
            "SELECT coalesce(max(last_us), 0) FROM journal_commit WHERE shard = $1",
            [.int16(self.shard)]
        ).first
        return Timestamp(microseconds: try row?.int64(0) ?? 0)
    }
}

extension LedgerV1.JournalEntry {
    fileprivate init(_ entry: JournalEntry, check: UInt64, names: [UUID128: String]) {
        self.init(
            kind: Kind(rawValue: Int32(entry.kind.rawValue)),
            transfer: LedgerV1.Transfer(entry.transfer),
            result: entry.result.map { LedgerV1.ResultCode($0) } ?? .unspecified,
            debitAccountName: names[entry.transfer.debitAccountID] ?? "",
            creditAccountName: names[entry.transfer.creditAccountID] ?? "", check: check)
    }
}
