package import Identifiers

extension Ledger {
    /// Does again what the journal says was done. Nothing is decided and nothing can be undone.
    ///
    /// - Throws: ``ReplayError`` if the entry does not follow from those before it: the journal, or
    ///   the checkpoint under it, is not whole.
    package mutating func replay(_ entry: JournalEntry) throws(ReplayError) {
        let transfer = entry.transfer
        switch entry.kind {
        case .account: self.replayOpening(entry)
        case .failure:
            self.load(failure: entry.result ?? .idAlreadyFailed, of: transfer.id)
        case .expiry: try self.replayEnd(of: transfer, as: .expired, posting: 0)
        case .transfer where transfer.flags.contains(.postPending):
            try self.replayEnd(of: transfer, as: .posted, posting: transfer.amount)
            self.load(transfer, pending: nil)
        case .transfer where transfer.flags.contains(.voidPending):
            try self.replayEnd(of: transfer, as: .voided, posting: 0)
            self.load(transfer, pending: nil)
        case .transfer: try self.replayMove(transfer)
        case .operation: break
        }
        self.forgetReplayed()
    }

    private mutating func replayOpening(_ entry: JournalEntry) {
        let transfer = entry.transfer
        self.load(
            Account(
                id: transfer.debitAccountID, name: String(decoding: entry.body, as: UTF8.self),
                currency: transfer.currency,
                flags: Account.Flags(rawValue: transfer.flags.rawValue),
                userData: transfer.userData, createdAt: transfer.createdAt))
    }

    private mutating func replayMove(_ transfer: Transfer) throws(ReplayError) {
        guard let debit = self.accounts.index(of: transfer.debitAccountID),
            let credit = self.accounts.index(of: transfer.creditAccountID)
        else { throw ReplayError(time: transfer.createdAt, problem: "an account is not there") }
        self.apply(transfer, debitIndex: debit, creditIndex: credit)
        self.load(transfer, pending: transfer.openingState)
    }

    private mutating func replayEnd(
        of transfer: Transfer, as status: PendingState.Status, posting amount: Int64
    ) throws(ReplayError) {
        guard let open = self.pendings[transfer.pendingID] else {
            throw ReplayError(time: transfer.createdAt, problem: "nothing is pending for it")
        }
        self.settle(open, as: status, posting: amount)
    }
}

/// An entry that cannot have come after those before it.
package struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
    package let time: Timestamp
    package let problem: String

    package var description: String {
        "journal entry at \(self.time.microseconds): \(self.problem)"
    }
}
