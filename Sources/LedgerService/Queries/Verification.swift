internal import Identifiers
internal import LedgerCore
internal import Postgres
internal import TLS

/// Proves the books from their beginning: that each entry is the one the chain of hashes was made
/// of, that each follows from those before it, and that what is stored of balances is what they
/// come to.
struct Verification: Sendable {
    let database: PostgresPool
    let shard: Int16

    struct Finding: Sendable {
        enum Wrong: Sendable {
            case entry(time: Timestamp, id: UUID128, problem: String)
            case commit(time: Timestamp, problem: String)
            case account(UUID128, problem: String)
        }

        /// The first thing that is wrong.
        var wrong: Wrong?
        var entries: Int64
        var accounts: Int64
        /// The last link of the chain, and the entry behind which it stands.
        var head: [UInt8]
        var headTime: Timestamp
    }

    /// What stands in the tables that are written behind, all of one moment.
    private struct Stored {
        var checkpoint: Timestamp
        var end: Timestamp
        var accounts: [UUID128: Account] = [:]
    }

    /// - Parameter progress: Told how many entries were read, of how many.
    func run(_ progress: (Int64, Int64) async throws -> Void) async throws -> Finding {
        let stored = try await self.readStored()
        var reader = JournalReader(
            database: self.database, shard: self.shard,
            after: Timestamp(microseconds: .min), upTo: stored.end,
            decode: { row throws(PostgresError) in row })
        var pass = VerificationPass(shard: self.shard)
        let total = try await reader.count()
        var isCompared = false
        while let rows = try await reader.next() {
            let commits = try await self.commits(upTo: reader.position, after: pass.lastTime)
            for row in rows {
                if !isCompared, try row.int64(1) > stored.checkpoint.microseconds {
                    isCompared = true
                    if pass.wrong == nil { self.compare(stored, with: &pass) }
                }
                try pass.check(row, commits: commits)
                if pass.wrong != nil { return pass.finding }
            }
            if let missing = pass.firstUnreached(of: commits) {
                pass.wrong = .commit(time: missing, problem: "the entry it ends with is missing")
                return pass.finding
            }
            try await progress(pass.entries, total)
        }
        if !isCompared, pass.wrong == nil { self.compare(stored, with: &pass) }
        if pass.wrong == nil { try await self.findStray(after: stored.end, &pass) }
        return pass.finding
    }

    private func readStored() async throws -> Stored {
        try await self.database.withTransaction(isolation: .repeatableRead, readOnly: true) {
            transaction in
            let row = try await transaction.query(
                """
                SELECT at_us, (SELECT coalesce(max(last_us), 0) FROM journal_commit
                    WHERE shard = $1) FROM checkpoint WHERE shard = $1
                """, [.int16(self.shard)]
            ).first
            var stored = Stored(
                checkpoint: Timestamp(microseconds: try row?.int64(0) ?? 0),
                end: Timestamp(microseconds: try row?.int64(1) ?? 0))
            var last = UUID128.zero
            while true {
                let rows = try await transaction.query(
                    """
                    SELECT \(AccountRow.columns) FROM account WHERE shard = $1 AND id > $2
                    ORDER BY id LIMIT 20000
                    """, [.int16(self.shard), .uuid(last)])
                for row in rows {
                    let account = try AccountRow.account(row)
                    stored.accounts[account.id] = account
                    last = account.id
                }
                guard !rows.isEmpty else { return stored }
            }
        }
    }

    /// What commits stored of themselves, by the time of their last entries.
    private func commits(
        upTo end: Timestamp, after start: Timestamp
    ) async throws -> [Int64: VerificationPass.Commit] {
        let rows = try await self.database.query(
            """
            SELECT last_us, hash, entries FROM journal_commit
            WHERE shard = $1 AND last_us > $2 AND last_us <= $3
            """,
            [.int16(self.shard), .int64(start.microseconds), .int64(end.microseconds)])
        return Dictionary(
            try rows.map {
                (
                    try $0.int64(0),
                    VerificationPass.Commit(hash: try $0.bytes(1), entries: try $0.int64(2))
                )
            }, uniquingKeysWith: { $1 })
    }

    /// The accounts as they were written behind must be as the journal up to then makes them.
    private func compare(_ stored: Stored, with pass: inout VerificationPass) {
        for account in stored.accounts.values.sorted(by: { $0.id < $1.id }) {
            // One that was opened after the checkpoint is compared by its opening.
            guard account.createdAt <= stored.checkpoint else { continue }
            guard let computed = pass.ledger.account(account.id) else {
                pass.wrong = .account(account.id, problem: "the journal never opened it")
                return
            }
            guard computed == account else {
                pass.wrong = .account(
                    account.id,
                    problem: "\(account.name) \(account.currency): the journal makes "
                        + "\(computed.summary), the table has \(account.summary)")
                return
            }
        }
        let missing = pass.ledger.accounts.keys.first { stored.accounts[$0] == nil }
        if let missing {
            pass.wrong = .account(missing, problem: "the journal opened it, the table lacks it")
        }
    }

    /// Entries that no commit speaks of.
    private func findStray(after end: Timestamp, _ pass: inout VerificationPass) async throws {
        let row = try await self.database.query(
            """
            SELECT j.at_us, j.id FROM journal AS j
            WHERE j.shard = $1 AND j.at_us > $2 AND NOT EXISTS (
                SELECT FROM journal_commit AS c
                WHERE c.shard = $1 AND c.last_us >= j.at_us)
            ORDER BY j.at_us LIMIT 1
            """, [.int16(self.shard), .int64(end.microseconds)]
        ).first
        guard let row else { return }
        pass.wrong = .entry(
            time: Timestamp(microseconds: try row.int64(0)), id: try row.uuid(1),
            problem: "no commit made it")
    }
}

/// How far a verification has come.
struct VerificationPass {
    private let shard: Int16
    private(set) var ledger = Ledger(recent: 1_000)
    private(set) var entries: Int64 = 0
    private(set) var lastTime = Timestamp(microseconds: .min)
    private var link = [UInt8](repeating: 0, count: 32)
    private var reached: Set<Int64> = []
    /// Entries since the last commit's end.
    private var entriesOfCommit: Int64 = 0
    var wrong: Verification.Finding.Wrong?

    struct Commit {
        let hash: [UInt8]
        let entries: Int64
    }

    init(shard: Int16) { self.shard = shard }

    var finding: Verification.Finding {
        Verification.Finding(
            wrong: self.wrong, entries: self.entries, accounts: Int64(self.ledger.accounts.count),
            head: self.link, headTime: self.lastTime)
    }

    /// Goes one entry further.
    ///
    /// - Throws: `PostgresError` if the row cannot be read at all.
    mutating func check(_ row: PostgresRow, commits: [Int64: Commit]) throws(PostgresError) {
        let entry = try JournalRow.entry(row)
        func found(_ problem: String) {
            self.wrong = .entry(time: entry.time, id: entry.transfer.id, problem: problem)
        }
        var rows = CopyRows(capacity: 256)
        var chain = SHA256Chain(after: self.link)
        JournalRow.append(entry, shard: self.shard, to: &rows, &chain)
        guard try JournalRow.check(row) == chain.check else {
            return found(
                "it, or what came before it, is not what was written: the chain breaks here")
        }
        do {
            try self.ledger.replay(entry)
        } catch {
            return found(error.problem)
        }
        self.link = chain.link
        self.lastTime = entry.time
        self.entries += 1
        self.entriesOfCommit += 1
        guard let stored = commits[entry.time.microseconds] else { return }
        self.reached.insert(entry.time.microseconds)
        if stored.hash != self.link {
            self.wrong = .commit(time: entry.time, problem: "its hash is not the chain's")
        } else if stored.entries != self.entriesOfCommit {
            self.wrong = .commit(
                time: entry.time,
                problem: "it made \(stored.entries) entries, the journal has "
                    + "\(self.entriesOfCommit) since the commit before it")
        }
        self.entriesOfCommit = 0
    }

    mutating func firstUnreached(of commits: [Int64: Commit]) -> Timestamp? {
        let missing = commits.keys.filter { !self.reached.contains($0) }.min()
        self.reached = []
        return missing.map(Timestamp.init(microseconds:))
    }
}

extension Account {
    fileprivate var summary: String {
        let balances = self.balances
        return """
            debits \(balances.debitsPosted) (pending \(balances.debitsPending)), credits \
            \(balances.creditsPosted) (pending \(balances.creditsPending)), flags \
            \(self.flags.rawValue)
            """
    }
}
