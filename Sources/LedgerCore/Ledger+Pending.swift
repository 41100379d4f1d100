package import Identifiers

extension Ledger {
    /// Posts or voids a pending transfer. What a post leaves over is released with it.
    mutating func resolve(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkFields(of: transfer) { return refusal }
        guard let pending = self.transfers[transfer.pendingID] else {
            return .pendingTransferNotFound
        }
        guard let state = self.pendings[transfer.pendingID] else {
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

        filled.createdAt = time
        self.insert(filled, pending: nil)
        let isPost = transfer.flags.contains(.postPending)
        self.release(pending, posting: isPost ? filled.amount : 0)
        self.close(pending: pending.id, as: isPost ? .posted : .voided)
        return .created
    }

    /// Voids those of the named transfers that are pending beyond their time.
    ///
    /// - Returns: The ids of those that it voided.
    @discardableResult
    package mutating func expire(_ ids: [UUID128], at time: Timestamp) -> [UUID128] {
        ids.filter { id in
            guard let pending = self.transfers[id], self.pendings[id]?.isOverdue(at: time) == true
            else { return false }
            self.release(pending, posting: 0)
            self.close(pending: id, as: .expired)
            return true
        }
    }

    private mutating func release(_ pending: Transfer, posting amount: Int64) {
        self.updateBalances(of: pending.debitAccountID) {
            $0.debitsPending -= pending.amount
            $0.debitsPosted += amount
        }
        self.updateBalances(of: pending.creditAccountID) {
            $0.creditsPending -= pending.amount
            $0.creditsPosted += amount
        }
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
