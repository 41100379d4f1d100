internal import HeapModule
package import Identifiers

/// The books of one owner, in memory: every account, every transfer that is still pending, and the
/// newest of what is done.
///
/// It decides, and writes what it decided to ``entries``, which the owner makes durable. It sees no
/// clock and no database. What it has forgotten must be loaded again before a request that needs
/// it is decided: see ``Ledger/unknownPendings(in:)``.
///
/// Whatever was decided and has not been settled can be undone: the database may refuse it.
package struct Ledger: Sendable {
    package internal(set) var accounts = IDTable<AccountState>()
    /// In the order of ``accounts``.
    package internal(set) var names: ContiguousArray<String> = []
    /// Which account has a name in a currency, by a hash of both.
    private var namedAccounts = IDTable<UInt32>()
    /// Every pending transfer that has not ended.
    package private(set) var pendings = IDTable<OpenPending>()
    /// Transfers of all kinds.
    private var transfers: RecentTable<Made>
    /// Ids that are spent without a transfer, and why.
    private var failures: RecentTable<ResultCode>

    /// When pending transfers end by themselves, the first on top. Those that ended before are
    /// still in it.
    private var deadlines = Heap<Deadline>()

    /// What was decided since the last settlement, in order.
    package private(set) var entries: [JournalEntry] = []
    /// How to undo it, from its end.
    private var undo: [Undo] = []
    private let nameSeed: (UInt64, UInt64)

    /// A pending transfer that has not ended.
    package struct OpenPending: Hashable, Sendable {
        package let transfer: Transfer
        package let expiresAt: Timestamp?
    }

    /// A transfer and, of a pending one, what became of it.
    package struct Made: Hashable, Sendable {
        package let transfer: Transfer
        package var pending: PendingState?
    }

    private struct Deadline: Comparable, Sendable {
        let time: Timestamp
        let id: UUID128

        static func < (left: Deadline, right: Deadline) -> Bool {
            (left.time, left.id) < (right.time, right.id)
        }
    }

    private enum Undo {
        case accountOpened
        case account(index: Int, before: AccountState)
        case transferMade(UUID128)
        case pendingOpened(UUID128)
        case pendingEnded(OpenPending)
        case idSpent(UUID128)
    }

    /// - Parameter recent: How many transfers, and how many spent ids, are remembered after they
    ///   are settled.
    package init(recent: Int = 131_072) {
        self.transfers = RecentTable(limit: recent)
        self.failures = RecentTable(limit: recent)
        self.nameSeed = (.random(in: .min ... .max), .random(in: .min ... .max))
    }
}

// MARK: - Reading

extension Ledger {
    package func account(_ id: UUID128) -> Account? {
        self.accounts.index(of: id).map { self.account(at: $0) }
    }

    package func account(at index: Int) -> Account {
        let state = self.accounts[at: index]
        return Account(
            id: self.accounts.keys[index], name: self.names[index], currency: state.currency,
            flags: state.flags, userData: state.userData, balances: state.balances,
            createdAt: state.createdAt)
    }

    package func accountID(name: String, currency: CurrencyCode) -> UUID128? {
        self.namedAccounts[self.key(name, currency)].map { self.accounts.keys[Int($0)] }
    }

    /// `nil` if there is none, or it was forgotten.
    package func transfer(_ id: UUID128) -> Transfer? {
        self.transfers[id]?.transfer ?? self.pendings[id]?.transfer
    }

    /// `nil` if there is no such pending transfer, or it was forgotten.
    package func pendingState(_ id: UUID128) -> PendingState? {
        if let open = self.pendings[id] {
            return PendingState(status: .pending, expiresAt: open.expiresAt)
        }
        return self.transfers[id]?.pending
    }

    /// Whether a transfer has the id, or it is spent, as far as memory goes.
    package func knows(_ id: UUID128) -> Bool {
        self.transfer(id) != nil || self.failures[id] != nil
    }

    /// `nil` if the id is not spent, or that was forgotten.
    package func failure(of id: UUID128) -> ResultCode? { self.failures[id] }

    private func key(_ name: String, _ currency: CurrencyCode) -> UUID128 {
        func half(_ seed: UInt64) -> UInt64 {
            var hasher = Hasher()
            hasher.combine(seed)
            hasher.combine(name)
            hasher.combine(currency)
            return UInt64(bitPattern: Int64(hasher.finalize()))
        }
        return UUID128(high: half(self.nameSeed.0), low: half(self.nameSeed.1))
    }
}

// MARK: - Loading what is stored

extension Ledger {
    /// An account as it was stored.
    package mutating func load(_ account: Account) {
        self.accounts[account.id] = AccountState(
            currency: account.currency, flags: account.flags, userData: account.userData,
            createdAt: account.createdAt, balances: account.balances)
        guard let index = self.accounts.index(of: account.id) else { return }
        if index == self.names.count { self.names.append(account.name) }
        self.namedAccounts[self.key(account.name, account.currency)] = UInt32(index)
    }

    /// A transfer as it was stored.
    ///
    /// - Parameter pending: Present exactly if the transfer is a pending one.
    package mutating func load(_ transfer: Transfer, pending: PendingState?) {
        self.transfers[transfer.id] = Made(transfer: transfer, pending: pending)
        guard let pending, pending.status == .pending else { return }
        let open = OpenPending(transfer: transfer, expiresAt: pending.expiresAt)
        self.pendings[transfer.id] = open
        self.watch(open)
    }

    package mutating func load(failure: ResultCode, of transferID: UUID128) {
        self.failures[transferID] = failure
    }
}

// MARK: - Doing

extension Ledger {
    mutating func open(_ account: Account, at time: Timestamp) {
        self.load(account)
        self.undo.append(.accountOpened)
        self.entries.append(
            JournalEntry(
                kind: .account,
                transfer: Transfer(
                    id: UUID128(entryAt: time), debitAccountID: account.id,
                    currency: account.currency,
                    flags: Transfer.Flags(rawValue: account.flags.rawValue),
                    userData: account.userData, createdAt: time),
                body: Array(account.name.utf8)))
    }

    mutating func make(_ transfer: Transfer, pending: PendingState?) {
        self.load(transfer, pending: pending)
        self.undo.append(.transferMade(transfer.id))
        if pending != nil { self.undo.append(.pendingOpened(transfer.id)) }
        self.entries.append(JournalEntry(kind: .transfer, transfer: transfer))
    }

    mutating func end(_ pending: OpenPending, as status: PendingState.Status) {
        let id = pending.transfer.id
        self.undo.append(.pendingEnded(pending))
        self.pendings.removeValue(of: id)
        // Remembered, even if the transfer itself was forgotten long ago.
        self.transfers[id] = Made(
            transfer: pending.transfer,
            pending: PendingState(status: status, expiresAt: pending.expiresAt))
    }

    mutating func update(accountAt index: Int, _ change: (inout AccountState) -> Void) {
        var state = self.accounts[at: index]
        self.undo.append(.account(index: index, before: state))
        change(&state)
        self.accounts[at: index] = state
    }

    mutating func spend(_ transfer: Transfer, because code: ResultCode, at time: Timestamp) {
        var spent = transfer
        spent.createdAt = time
        self.failures[transfer.id] = code
        self.undo.append(.idSpent(transfer.id))
        self.entries.append(JournalEntry(kind: .failure, transfer: spent, result: code))
    }

    package mutating func record(_ entry: JournalEntry) { self.entries.append(entry) }
}

// MARK: - Undoing

extension Ledger {
    /// A point that can be gone back to until what came before it is settled.
    package struct Mark: Sendable {
        fileprivate var undo: Int
        fileprivate var entries: Int

        /// Behind all that is settled.
        package static let beginning = Mark(undo: 0, entries: 0)
    }

    /// What was decided before `mark` and is not settled.
    package func entries(upTo mark: Mark) -> ArraySlice<JournalEntry> {
        self.entries[..<mark.entries]
    }

    package var mark: Mark { Mark(undo: self.undo.count, entries: self.entries.count) }

    /// Undoes all since `mark`, as if it had never been asked for.
    package mutating func rollBack(to mark: Mark) {
        self.rollBack(to: mark, keepingSpentIDs: false)
    }

    /// Undoes all since `mark`, except that spent ids stay spent: whoever asked was, or will be,
    /// told so.
    mutating func refuse(since mark: Mark) { self.rollBack(to: mark, keepingSpentIDs: true) }

    private mutating func rollBack(to mark: Mark, keepingSpentIDs: Bool) {
        var spent: [UUID128] = []
        while self.undo.count > mark.undo, let step = self.undo.popLast() {
            if keepingSpentIDs, case .idSpent(let id) = step { spent.append(id) }
            self.take(back: step, keepingSpentIDs: keepingSpentIDs)
        }
        self.undo += spent.reversed().map(Undo.idSpent)
        let kept =
            keepingSpentIDs
            ? self.entries[mark.entries...].filter { $0.kind == .failure } : []
        self.entries.removeSubrange(mark.entries...)
        self.entries += kept
    }

    private mutating func take(back step: Undo, keepingSpentIDs: Bool) {
        switch step {
        case .accountOpened:
            let index = self.names.count - 1
            let state = self.accounts[at: index]
            self.namedAccounts.removeValue(of: self.key(self.names[index], state.currency))
            self.accounts.removeValue(of: self.accounts.keys[index])
            self.names.removeLast()
        case .account(let index, let before): self.accounts[at: index] = before
        case .transferMade(let id): self.transfers[id] = nil
        case .pendingOpened(let id): self.pendings.removeValue(of: id)
        case .pendingEnded(let open):
            let id = open.transfer.id
            self.pendings[id] = open
            self.watch(open)
            self.transfers[id] = Made(
                transfer: open.transfer,
                pending: PendingState(status: .pending, expiresAt: open.expiresAt))
        case .idSpent(let id): if !keepingSpentIDs { self.failures[id] = nil }
        }
    }

    /// What was decided up to `mark` is durable. Marks taken before it are void; ``rebased(_:by:)``
    /// says where later ones are now.
    package mutating func settle(upTo mark: Mark) {
        self.undo.forgetFirst(mark.undo)
        self.entries.forgetFirst(mark.entries)
        self.transfers.trim()
        self.failures.trim()
    }
}

extension Ledger.Mark {
    /// The same point after all up to `settled` was settled.
    package func rebased(by settled: Ledger.Mark) -> Ledger.Mark {
        Ledger.Mark(undo: self.undo - settled.undo, entries: self.entries - settled.entries)
    }
}

// MARK: - Replaying, and what must be loaded

extension Ledger {
    /// What was replayed is durable already.
    mutating func forgetReplayed() {
        self.undo.removeAll(keepingCapacity: true)
        self.transfers.trim()
        self.failures.trim()
    }

    /// Pending transfers that the transfers name, do not bring themselves, and that are not in
    /// memory: they have ended long ago, or never were. Load them before deciding.
    package func unknownPendings(in transfers: [Transfer]) -> Set<UUID128> {
        var unknown: Set<UUID128> = []
        for transfer in transfers
        where transfer.resolvesPending && self.pendings.index(of: transfer.pendingID) == nil
            && self.transfers[transfer.pendingID] == nil
        {
            unknown.insert(transfer.pendingID)
        }
        guard !unknown.isEmpty else { return unknown }
        for transfer in transfers where transfer.flags.contains(.pending) {
            unknown.remove(transfer.id)
        }
        return unknown
    }

    /// Pending transfers whose time is up, the longest overdue first, each named once.
    package mutating func takeOverdue(at time: Timestamp, limit: Int) -> [UUID128] {
        var overdue: [UUID128] = []
        while overdue.count < limit, let next = self.deadlines.min, next.time <= time {
            self.deadlines.removeMin()
            // Most have ended in time.
            if self.pendings.index(of: next.id) != nil { overdue.append(next.id) }
        }
        return overdue
    }

    private mutating func watch(_ open: OpenPending) {
        guard let time = open.expiresAt else { return }
        self.deadlines.insert(Deadline(time: time, id: open.transfer.id))
        // Those that ended early are thrown out before they are the most of it.
        guard self.deadlines.count > 1_024 + 2 * self.pendings.count else { return }
        self.deadlines = Heap(
            self.pendings.values.compactMap { open in
                open.expiresAt.map { Deadline(time: $0, id: open.transfer.id) }
            })
    }
}

extension Array {
    /// Mostly that is all of them.
    fileprivate mutating func forgetFirst(_ count: Int) {
        if count == self.count {
            self.removeAll(keepingCapacity: true)
        } else {
            self.removeFirst(count)
        }
    }
}
