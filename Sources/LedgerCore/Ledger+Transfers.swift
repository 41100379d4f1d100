package import Identifiers

extension Ledger {
    /// Makes transfers, every linked chain of them whole or not at all.
    ///
    /// - Parameters:
    ///   - transfers: In the order in which they are to happen.
    ///   - time: When the first happens; the one at index `i` is dated `i` microseconds later. It
    ///     must be later than all that was ever made.
    ///   - asWhole: Whether all of them are to happen or none. If one is refused, what would have
    ///     been created answers `linked_event_failed`.
    /// - Returns: One code for each transfer, in order.
    package mutating func createTransfers(
        _ transfers: [Transfer], at time: Timestamp, asWhole: Bool = false
    ) -> [ResultCode] {
        let mark = self.mark
        var results = self.createChains(
            of: transfers, at: time, isLinked: { $0.flags.contains(.linked) },
            isThere: { $0.existing(for: $1) == .exists }, create: { $0.create($1, at: $2) })
        if asWhole, !results.allSatisfy(\.isDone) {
            self.refuse(since: mark)
            results = results.map { $0 == .created ? .linkedEventFailed : $0 }
        }
        return results
    }

    private mutating func create(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkHead(of: transfer) { return refusal }
        if let comparison = self.existing(for: transfer) { return comparison }
        guard self.failure(of: transfer.id) == nil else { return .idAlreadyFailed }
        guard !transfer.flags.excludeEachOther else { return .flagsAreMutuallyExclusive }
        let result =
            transfer.resolvesPending
            ? self.resolve(transfer, at: time)
            : self.move(transfer, at: time)
        if result.isTransient { self.spend(transfer, because: result, at: time) }
        return result
    }

    /// What can be wrong before the id is looked up.
    private static func checkHead(of transfer: Transfer) -> ResultCode? {
        guard transfer.createdAt == .unset else { return .timestampMustBeZero }
        guard Transfer.Flags.known.isSuperset(of: transfer.flags) else { return .reservedFlag }
        guard transfer.id != .zero else { return .idMustNotBeZero }
        guard transfer.id != .max else { return .idMustNotBeIntMax }
        return nil
    }

    /// How the transfer compares with the one that has its id; `nil` if there is none.
    private func existing(for transfer: Transfer) -> ResultCode? {
        if let refusal = Self.checkHead(of: transfer) { return refusal }
        guard let existing = self.transfer(transfer.id) else { return nil }
        guard transfer.flags == existing.flags else { return .existsWithDifferentFlags }
        guard transfer.pendingID == existing.pendingID else {
            return .existsWithDifferentPendingID
        }
        guard transfer.timeoutSeconds == existing.timeoutSeconds else {
            return .existsWithDifferentTimeout
        }
        let wanted = self.filledIn(transfer)
        guard wanted.debitAccountID == existing.debitAccountID else {
            return .existsWithDifferentDebitAccountID
        }
        guard wanted.creditAccountID == existing.creditAccountID else {
            return .existsWithDifferentCreditAccountID
        }
        guard wanted.amountFits(existing) else { return .existsWithDifferentAmount }
        guard wanted.userData == existing.userData else { return .existsWithDifferentUserData }
        guard wanted.currency == existing.currency else { return .existsWithDifferentCurrency }
        guard wanted.code == existing.code else { return .existsWithDifferentCode }
        return .exists
    }

    /// A post or a void with what it left out taken from its pending transfer.
    func filledIn(_ transfer: Transfer) -> Transfer {
        guard transfer.resolvesPending, let pending = self.transfer(transfer.pendingID) else {
            return transfer
        }
        var filled = transfer
        if filled.debitAccountID == .zero { filled.debitAccountID = pending.debitAccountID }
        if filled.creditAccountID == .zero { filled.creditAccountID = pending.creditAccountID }
        if filled.amount == 0 { filled.amount = pending.amount }
        if filled.userData == .zero { filled.userData = pending.userData }
        if filled.currency.isEmpty { filled.currency = pending.currency }
        if filled.code == 0 { filled.code = pending.code }
        return filled
    }
}

extension Transfer {
    /// A balancing transfer moved what there was, up to what was asked for.
    fileprivate func amountFits(_ existing: Transfer) -> Bool {
        self.flags.isDisjoint(with: .balancing)
            ? self.amount == existing.amount : self.amount >= existing.amount
    }
}

extension Transfer.Flags {
    /// A post or a void takes all else from its pending transfer.
    fileprivate var excludeEachOther: Bool {
        let resolving = self.intersection(.resolving)
        guard !resolving.isEmpty else { return false }
        return resolving == .resolving || !self.subtracting([.linked, resolving]).isEmpty
    }
}
