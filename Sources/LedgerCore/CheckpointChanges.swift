package import Identifiers

/// What has changed since the last checkpoint: which accounts, and which pending transfers began or
/// ended.
package struct CheckpointChanges: Sendable {
    package private(set) var accounts = IDTable<Void>()
    package private(set) var holds = IDTable<Bool>()
    package private(set) var entryCount = 0
    /// The newest entry.
    package private(set) var lastTime = Timestamp.unset

    package init() {}

    package var isEmpty: Bool { self.entryCount == 0 }

    package mutating func note(_ entry: JournalEntry) {
        self.entryCount += 1
        self.lastTime = entry.time
        let transfer = entry.transfer
        switch entry.kind {
        case .transfer, .expiry:
            self.accounts[transfer.debitAccountID] = ()
            self.accounts[transfer.creditAccountID] = ()
            if transfer.flags.contains(.pending) {
                self.note(hold: transfer.id, isOpen: true)
            } else if transfer.pendingID != .zero {
                self.note(hold: transfer.pendingID, isOpen: false)
            }
        case .failure, .account, .operation: break
        }
    }

    /// One that began and ended in between leaves no trace.
    private mutating func note(hold id: UUID128, isOpen: Bool) {
        if !isOpen, self.holds.removeValue(of: id) == true { return }
        self.holds[id] = isOpen
    }

    /// What has changed in this time and the one after it.
    package func followed(by later: CheckpointChanges) -> CheckpointChanges {
        guard !later.isEmpty else { return self }
        var both = self
        for id in later.accounts.keys { both.accounts[id] = () }
        for (id, isOpen) in zip(later.holds.keys, later.holds.values) {
            both.note(hold: id, isOpen: isOpen)
        }
        both.entryCount += later.entryCount
        both.lastTime = later.lastTime
        return both
    }
}
