package import Identifiers

/// The part of the books that a batch of events touches, and what the batch changes in them.
///
/// Load everything that the events name, let it decide, store ``changes``. It sees no clock and no
/// database: what was not loaded does not exist for it.
package struct Ledger: Sendable {
    package private(set) var accounts: [UUID128: Account] = [:]
    package private(set) var transfers: [UUID128: Transfer] = [:]
    package private(set) var pendings: [UUID128: PendingState] = [:]
    /// Ids of transfers that were refused for a reason that might have passed, with the reason.
    package private(set) var failures: [UUID128: ResultCode] = [:]
    private var accountIDs: [AccountName: UUID128] = [:]

    /// All that was done, in order: undone from its end, and read from its start by ``changes``.
    private var log: [Entry] = []
    private var newFailures: [UUID128] = []

    private struct AccountName: Hashable {
        var name: String
        var currency: String
    }

    private enum Entry {
        case accountCreated(UUID128)
        case balances(UUID128, before: Balances)
        case transferCreated(UUID128)
        case pendingOpened(UUID128)
        case pendingClosed(UUID128, before: PendingState)
    }

    package init() {}

    package mutating func load(_ account: Account) {
        self.accounts[account.id] = account
        self.accountIDs[AccountName(name: account.name, currency: account.currency)] = account.id
    }

    /// - Parameter pending: Present exactly if the transfer is a pending one.
    package mutating func load(_ transfer: Transfer, pending: PendingState?) {
        self.transfers[transfer.id] = transfer
        self.pendings[transfer.id] = pending
    }

    package mutating func load(failure: ResultCode, of transferID: UUID128) {
        self.failures[transferID] = failure
    }

    package func accountID(name: String, currency: String) -> UUID128? {
        self.accountIDs[AccountName(name: name, currency: currency)]
    }
}

// MARK: - Doing and undoing

extension Ledger {
    /// A point in the batch that can be gone back to.
    struct Mark { fileprivate var entries: Int }

    var mark: Mark { Mark(entries: self.log.count) }

    /// Undoes all since `mark`, except that spent ids stay spent.
    mutating func rollBack(to mark: Mark) {
        while self.log.count > mark.entries, let entry = self.log.popLast() {
            switch entry {
            case .accountCreated(let id):
                if let account = self.accounts.removeValue(forKey: id) {
                    self.accountIDs[AccountName(name: account.name, currency: account.currency)] =
                        nil
                }
            case .balances(let id, let before): self.accounts[id]?.balances = before
            case .transferCreated(let id): self.transfers[id] = nil
            case .pendingOpened(let id): self.pendings[id] = nil
            case .pendingClosed(let id, let before): self.pendings[id] = before
            }
        }
    }

    mutating func insert(_ account: Account) {
        self.load(account)
        self.log.append(.accountCreated(account.id))
    }

    mutating func insert(_ transfer: Transfer, pending: PendingState?) {
        self.load(transfer, pending: pending)
        self.log.append(.transferCreated(transfer.id))
        if pending != nil { self.log.append(.pendingOpened(transfer.id)) }
    }

    mutating func close(pending id: UUID128, as status: PendingState.Status) {
        guard let before = self.pendings[id] else { return }
        self.log.append(.pendingClosed(id, before: before))
        self.pendings[id]?.status = status
    }

    mutating func updateBalances(of id: UUID128, _ change: (inout Balances) -> Void) {
        guard var balances = self.accounts[id]?.balances else { return }
        self.log.append(.balances(id, before: balances))
        change(&balances)
        self.accounts[id]?.balances = balances
    }

    mutating func recordFailure(_ code: ResultCode, of id: UUID128) {
        self.failures[id] = code
        self.newFailures.append(id)
    }
}

// MARK: - What to store

/// What a batch changed: each account, transfer and pending transfer once, as it now stands.
package struct LedgerChanges: Sendable {
    package var createdAccounts: [Account] = []
    /// Existing accounts with new balances.
    package var updatedAccounts: [Account] = []
    /// In the order in which they happened.
    package var createdTransfers: [Transfer] = []
    package var openedPendings: [(id: UUID128, state: PendingState)] = []
    package var closedPendings: [(id: UUID128, status: PendingState.Status)] = []
    package var failures: [(id: UUID128, code: ResultCode)] = []

    package var isEmpty: Bool {
        self.createdAccounts.isEmpty && self.updatedAccounts.isEmpty
            && self.createdTransfers.isEmpty && self.closedPendings.isEmpty
            && self.failures.isEmpty
    }
}

extension Ledger {
    package var changes: LedgerChanges {
        var changes = LedgerChanges()
        var seenAccounts: Set<UUID128> = []
        var opened: Set<UUID128> = []
        for entry in self.log {
            switch entry {
            case .accountCreated(let id):
                guard seenAccounts.insert(id).inserted else { continue }
                if let account = self.accounts[id] { changes.createdAccounts.append(account) }
            case .balances(let id, _):
                guard seenAccounts.insert(id).inserted else { continue }
                if let account = self.accounts[id] { changes.updatedAccounts.append(account) }
            case .transferCreated(let id):
                if let transfer = self.transfers[id] { changes.createdTransfers.append(transfer) }
            case .pendingOpened(let id):
                opened.insert(id)
                if let state = self.pendings[id] { changes.openedPendings.append((id, state)) }
            case .pendingClosed(let id, _):
                // One that was opened in this batch already shows how it ended.
                guard !opened.contains(id), let state = self.pendings[id] else { continue }
                changes.closedPendings.append((id, state.status))
            }
        }
        changes.failures = self.newFailures.compactMap { id in
            self.failures[id].map { (id, $0) }
        }
        return changes
    }
}
