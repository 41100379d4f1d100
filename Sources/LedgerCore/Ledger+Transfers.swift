package import Identifiers

extension Ledger {
    /// Makes transfers, every linked chain of them whole or not at all.
    ///
    /// A chain of which every transfer exists already, equal in all, is a repeat: each answers
    /// `exists`. (TigerBeetle answers so for the first only, and `linked_event_failed` for the
    /// rest; its sender then has to look up whether all is well.)
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
        var results: [ResultCode] = []
        results.reserveCapacity(transfers.count)
        var rest = transfers[...]
        while !rest.isEmpty {
            let chain = Self.firstChain(of: rest)
            results += self.createChain(chain, at: time + .microseconds(chain.startIndex))
            rest = rest[chain.endIndex...]
        }
        if asWhole, !results.allSatisfy(\.isDone) {
            self.rollBack(to: mark)
            results = results.map { $0 == .created ? .linkedEventFailed : $0 }
        }
        return results
    }

    /// The transfers up to and with the first that is not linked to the next.
    private static func firstChain(of transfers: ArraySlice<Transfer>) -> ArraySlice<Transfer> {
        guard let last = transfers.firstIndex(where: { !$0.flags.contains(.linked) }) else {
            return transfers
        }
        return transfers[...last]
    }

    private mutating func createChain(
        _ chain: ArraySlice<Transfer>, at time: Timestamp
    ) -> [ResultCode] {
        let isOpen = chain.last?.flags.contains(.linked) ?? false
        if !isOpen, chain.allSatisfy({ self.existing(for: $0) == .exists }) {
            return chain.map { _ in .exists }
        }
        let mark = self.mark
        var results: [ResultCode] = []
        var isBroken = false
        for (offset, transfer) in chain.enumerated() {
            let result: ResultCode
            if isOpen, offset == chain.count - 1 {
                result = .linkedEventChainOpen
            } else if isBroken {
                result = .linkedEventFailed
            } else {
                result = self.create(transfer, at: time + .microseconds(offset))
            }
            if result != .created, !isBroken {
                isBroken = true
                self.rollBack(to: mark)
                results = results.map { _ in .linkedEventFailed }
            }
            results.append(result)
        }
        return results
    }

    private mutating func create(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkHead(of: transfer) { return refusal }
        if let comparison = self.existing(for: transfer) { return comparison }
        guard self.failures[transfer.id] == nil else { return .idAlreadyFailed }
        guard transfer.flags.intersection([.pending, .postPending, .voidPending]).hasAtMostOne
        else { return .flagsAreMutuallyExclusive }
        let result =
            transfer.resolvesPending
            ? self.resolve(transfer, at: time)
            : self.move(transfer, at: time)
        if result.isTransient { self.recordFailure(result, of: transfer.id) }
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
        guard let existing = self.transfers[transfer.id] else { return nil }
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
        guard wanted.amount == existing.amount else { return .existsWithDifferentAmount }
        guard wanted.userData == existing.userData else { return .existsWithDifferentUserData }
        guard wanted.currency == existing.currency else { return .existsWithDifferentCurrency }
        guard wanted.code == existing.code else { return .existsWithDifferentCode }
        return .exists
    }

    /// A post or a void with what it left out taken from its pending transfer.
    func filledIn(_ transfer: Transfer) -> Transfer {
        guard transfer.resolvesPending, let pending = self.transfers[transfer.pendingID] else {
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

extension Transfer.Flags {
    fileprivate var hasAtMostOne: Bool { self.rawValue.nonzeroBitCount <= 1 }
}
