package import Identifiers

extension Ledger {
    /// Posts or voids a pending transfer. What a post leaves over is released with it.
    mutating func resolve(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkFields(of: transfer) { return refusal }
        guard let pending = self.transfer(transfer.pendingID) else {
            return .pendingTransferNotFound
        }
        guard let state = self.pendingState(transfer.pendingID) else {
            return .pendingTransferNotPending
        }
        var filled = self.filledIn(transfer)
        if let difference = Self.compare(filled, with: pending) { return difference }
        switch state.status {
        case .pending: break
        case .posted: return .pendingTransferAlreadyPosted
        case .voided: return .pendingTransferAlreadyVoided
        case .expired: return .pendingTransferExpired
        }
        // The sweeper may not have come round yet.
        guard !state.isOverdue(at: time) else { return .pendingTransferExpired }
        let isPost = transfer.flags.contains(.postPending)
        if isPost, let closed = self.closedSide(of: pending) { return closed }

        filled.createdAt = time
        self.make(filled, pending: nil)
        self.settle(
            Ledger.OpenPending(transfer: pending, expiresAt: state.expiresAt),
            as: isPost ? .posted : .voided, posting: isPost ? filled.amount : 0)
        return .created
    }

    /// A void is the only movement in a closed account.
    private func closedSide(of pending: Transfer) -> ResultCode? {
        func isClosed(_ id: UUID128) -> Bool {
            self.accounts[id]?.flags.contains(.closed) ?? false
        }
        if isClosed(pending.debitAccountID) { return .debitAccountAlreadyClosed }
        return isClosed(pending.creditAccountID) ? .creditAccountAlreadyClosed : nil
    }

    /// Ends those of the named transfers that are pending beyond their time. The one at index `i`
    /// ends at `time` plus `i` microseconds.
    ///
    /// - Returns: The ids of those that it ended.
    @discardableResult
    package mutating func expire(_ ids: [UUID128], at time: Timestamp) -> [UUID128] {
        var expired: [UUID128] = []
        for (index, id) in ids.enumerated() {
            guard let open = self.pendings[id], let due = open.expiresAt, due <= time else {
                continue
            }
            let moment = time + .microseconds(index)
            self.settle(open, as: .expired, posting: 0)
            self.record(
                JournalEntry(kind: .expiry, transfer: Transfer(expiring: open, at: moment)))
            expired.append(id)
        }
        return expired
    }

    /// Ends a pending transfer: releases what it held and posts the part of it that is due.
    mutating func settle(
        _ open: OpenPending, as status: PendingState.Status, posting amount: Int64
    ) {
        let pending = open.transfer
        let reopens = status != .posted
        if let index = self.accounts.index(of: pending.debitAccountID) {
            self.update(accountAt: index) {
                $0.balances.debitsPending -= pending.amount
                $0.balances.debitsPosted += amount
                if reopens, pending.flags.contains(.closingDebit) { $0.flags.remove(.closed) }
            }
        }
        if let index = self.accounts.index(of: pending.creditAccountID) {
            self.update(accountAt: index) {
                $0.balances.creditsPending -= pending.amount
                $0.balances.creditsPosted += amount
                if reopens, pending.flags.contains(.closingCredit) { $0.flags.remove(.closed) }
            }
        }
        self.end(open, as: status)
    }

    private static func checkFields(of transfer: Transfer) -> ResultCode? {
        guard transfer.pendingID != .zero else { return .pendingIDMustNotBeZero }
        guard transfer.pendingID != .max else { return .pendingIDMustNotBeIntMax }
        guard transfer.pendingID != transfer.id else { return .pendingIDMustBeDifferent }
        guard transfer.timeoutSeconds == 0 else { return .timeoutReservedForPendingTransfer }
        guard transfer.amount >= 0 else { return .amountMustBePositive }
        return nil
    }

    private static func compare(_ transfer: Transfer, with pending: Transfer) -> ResultCode? {
        guard transfer.debitAccountID == pending.debitAccountID else {
            return .pendingTransferHasDifferentDebitAccountID
        }
        guard transfer.creditAccountID == pending.creditAccountID else {
            return .pendingTransferHasDifferentCreditAccountID
        }
        guard transfer.currency == pending.currency else {
            return .pendingTransferHasDifferentCurrency
        }
        guard transfer.code == pending.code else { return .pendingTransferHasDifferentCode }
        guard transfer.amount <= pending.amount else { return .exceedsPendingTransferAmount }
        guard transfer.flags.contains(.postPending) || transfer.amount == pending.amount else {
            return .pendingTransferHasDifferentAmount
        }
        return nil
    }
}

extension Transfer {
    /// The line that the end of a pending transfer gets in the journal.
    fileprivate init(expiring open: Ledger.OpenPending, at time: Timestamp) {
        let pending = open.transfer
        self.init(
            id: UUID128(entryAt: time), debitAccountID: pending.debitAccountID,
            creditAccountID: pending.creditAccountID, amount: pending.amount,
            currency: pending.currency, pendingID: pending.id, code: pending.code,
            userData: pending.userData, createdAt: time)
    }
}
