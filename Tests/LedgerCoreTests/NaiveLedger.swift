internal import Identifiers
internal import LedgerCore

/// A second model of the books, as plain as can be, to compare with.
///
/// It keeps a list of what happened and adds up balances from it each time it is asked, undoes by
/// keeping a copy, and writes the order of precedence down as one list of conditions.
struct NaiveLedger {
    struct Made {
        var transfer: Transfer
        var time: Int64
        /// Of a pending one: how it ended.
        var end: PendingState.Status?
    }

    var accounts: [Account] = []
    var journal: [Made] = []
    var spent: Set<UUID128> = []

    mutating func create(_ transfers: [Transfer], at time: Int64, asWhole: Bool) -> [ResultCode] {
        let before = self
        var results: [ResultCode] = []
        var chain: [Int] = []
        for index in transfers.indices {
            chain.append(index)
            let isLinked = transfers[index].flags.contains(.linked)
            guard !isLinked || index == transfers.count - 1 else { continue }
            results += self.createChain(
                chain.map { (transfers[$0], time + Int64($0)) }, isOpen: isLinked)
            chain = []
        }
        guard asWhole, results.contains(where: { $0 != .created && $0 != .exists }) else {
            return results
        }
        self.restore(before)
        return results.map { $0 == .created ? .linkedEventFailed : $0 }
    }

    private mutating func restore(_ before: NaiveLedger) {
        let spent = self.spent
        self = before
        self.spent = spent
    }

    private mutating func createChain(
        _ chain: [(transfer: Transfer, time: Int64)], isOpen: Bool
    ) -> [ResultCode] {
        if !isOpen, chain.allSatisfy({ self.judge($0.transfer, at: $0.time) == .exists }) {
            return chain.map { _ in .exists }
        }
        let before = self
        var failedAt: Int?
        var failure = ResultCode.created
        for (index, event) in chain.enumerated() where failedAt == nil {
            failure =
                isOpen && index == chain.count - 1
                ? .linkedEventChainOpen : self.judge(event.transfer, at: event.time)
            if failure == .created {
                self.make(event.transfer, at: event.time)
            } else {
                failedAt = index
                if failure.isTransient { self.spent.insert(event.transfer.id) }
            }
        }
        guard let failedAt else { return chain.map { _ in .created } }
        self.restore(before)
        return chain.indices.map { index in
            if index == failedAt { return failure }
            return isOpen && index == chain.count - 1 ? .linkedEventChainOpen : .linkedEventFailed
        }
    }

    mutating func expire(at time: Int64) {
        for index in self.journal.indices where self.isOverdue(self.journal[index], at: time) {
            self.journal[index].end = .expired
        }
    }

    private func isOverdue(_ made: Made, at time: Int64) -> Bool {
        made.transfer.flags.contains(.pending) && made.end == nil
            && made.transfer.timeoutSeconds > 0
            && made.time + Int64(made.transfer.timeoutSeconds) * 1_000_000 <= time
    }

    private mutating func make(_ transfer: Transfer, at time: Int64) {
        self.journal.append(Made(transfer: self.complete(transfer), time: time))
        guard transfer.resolvesPending,
            let index = self.journal.firstIndex(where: { $0.transfer.id == transfer.pendingID })
        else { return }
        self.journal[index].end = transfer.flags.contains(.postPending) ? .posted : .voided
    }

    func made(_ id: UUID128) -> Made? { self.journal.first { $0.transfer.id == id } }

    private func complete(_ transfer: Transfer) -> Transfer {
        var complete = transfer
        guard transfer.resolvesPending, let pending = self.made(transfer.pendingID)?.transfer
        else { return complete }
        if complete.amount == 0 { complete.amount = pending.amount }
        if complete.code == 0 { complete.code = pending.code }
        if complete.currency == "" { complete.currency = pending.currency }
        if complete.userData == .zero { complete.userData = pending.userData }
        if complete.debitAccountID == .zero { complete.debitAccountID = pending.debitAccountID }
        if complete.creditAccountID == .zero {
            complete.creditAccountID = pending.creditAccountID
        }
        return complete
    }

    func balances(of id: UUID128) -> Balances {
        var sum = Balances()
        for made in self.journal where !made.transfer.flags.contains(.voidPending) {
            let transfer = made.transfer
            let isPending = transfer.flags.contains(.pending)
            if isPending, made.end != nil { continue }
            let pending = isPending ? transfer.amount : 0
            let posted = isPending ? 0 : transfer.amount
            if transfer.debitAccountID == id {
                sum.debitsPending += pending
                sum.debitsPosted += posted
            }
            if transfer.creditAccountID == id {
                sum.creditsPending += pending
                sum.creditsPosted += posted
            }
        }
        return sum
    }
}

extension NaiveLedger {
    private typealias Condition = (code: ResultCode, holds: () -> Bool)

    /// The first code whose condition holds, or `created`.
    private func judge(_ transfer: Transfer, at time: Int64) -> ResultCode {
        let head: [Condition] = [
            (.idMustNotBeZero, { transfer.id == .zero }),
            (.idMustNotBeIntMax, { transfer.id == .max }),
        ]
        if let refused = head.first(where: { $0.holds() }) { return refused.code }
        if let made = self.made(transfer.id)?.transfer {
            let wanted = self.complete(transfer)
            let differences: [Condition] = [
                (.existsWithDifferentFlags, { wanted.flags != made.flags }),
                (.existsWithDifferentPendingID, { wanted.pendingID != made.pendingID }),
                (.existsWithDifferentTimeout, { wanted.timeoutSeconds != made.timeoutSeconds }),
                (
                    .existsWithDifferentDebitAccountID,
                    { wanted.debitAccountID != made.debitAccountID }
                ),
                (
                    .existsWithDifferentCreditAccountID,
                    { wanted.creditAccountID != made.creditAccountID }
                ),
                (.existsWithDifferentAmount, { wanted.amount != made.amount }),
                (.existsWithDifferentUserData, { wanted.userData != made.userData }),
                (.existsWithDifferentCurrency, { wanted.currency != made.currency }),
                (.existsWithDifferentCode, { wanted.code != made.code }),
            ]
            return differences.first { $0.holds() }?.code ?? .exists
        }
        if self.spent.contains(transfer.id) { return .idAlreadyFailed }
        let kinds: [Transfer.Flags] = [.pending, .postPending, .voidPending]
        if kinds.count(where: { transfer.flags.contains($0) }) > 1 {
            return .flagsAreMutuallyExclusive
        }
        let conditions =
            transfer.resolvesPending
            ? self.resolvingConditions(transfer, at: time) : self.movingConditions(transfer)
        return conditions.first { $0.holds() }?.code ?? .created
    }

    private func movingConditions(_ transfer: Transfer) -> [Condition] {
        let debit = self.accounts.first { $0.id == transfer.debitAccountID }
        let credit = self.accounts.first { $0.id == transfer.creditAccountID }
        let debitSums = self.balances(of: transfer.debitAccountID)
        let creditSums = self.balances(of: transfer.creditAccountID)
        return [
            (.debitAccountIDMustNotBeZero, { transfer.debitAccountID == .zero }),
            (.creditAccountIDMustNotBeZero, { transfer.creditAccountID == .zero }),
            (.accountsMustBeDifferent, { transfer.debitAccountID == transfer.creditAccountID }),
            (.pendingIDMustBeZero, { transfer.pendingID != .zero }),
            (
                .timeoutReservedForPendingTransfer,
                { transfer.timeoutSeconds > 0 && !transfer.flags.contains(.pending) }
            ),
            (.amountMustBePositive, { transfer.amount <= 0 }),
            (.currencyUnknown, { !["USD", "EUR"].contains(transfer.currency) }),
            (.codeMustNotBeZero, { transfer.code == 0 }),
            (.debitAccountNotFound, { debit == nil }),
            (.creditAccountNotFound, { credit == nil }),
            (.accountsMustHaveTheSameCurrency, { debit?.currency != credit?.currency }),
            (
                .transferMustHaveTheSameCurrencyAsAccounts,
                { debit?.currency != transfer.currency }
            ),
            (
                .exceedsCredits,
                {
                    debit?.flags == .debitsMustNotExceedCredits
                        && debitSums.debitsPending + debitSums.debitsPosted + transfer.amount
                            > debitSums.creditsPosted
                }
            ),
            (
                .exceedsDebits,
                {
                    credit?.flags == .creditsMustNotExceedDebits
                        && creditSums.creditsPending + creditSums.creditsPosted + transfer.amount
                            > creditSums.debitsPosted
                }
            ),
        ]
    }

    private func resolvingConditions(_ transfer: Transfer, at time: Int64) -> [Condition] {
        let made = self.made(transfer.pendingID)
        let wanted = self.complete(transfer)
        let isVoid = transfer.flags.contains(.voidPending)
        return [
            (.pendingIDMustNotBeZero, { transfer.pendingID == .zero }),
            (.pendingIDMustBeDifferent, { transfer.pendingID == transfer.id }),
            (.timeoutReservedForPendingTransfer, { transfer.timeoutSeconds > 0 }),
            (.amountMustBePositive, { transfer.amount < 0 }),
            (.pendingTransferNotFound, { made == nil }),
            (.pendingTransferNotPending, { made?.transfer.flags.contains(.pending) == false }),
            (
                .pendingTransferHasDifferentDebitAccountID,
                { wanted.debitAccountID != made?.transfer.debitAccountID }
            ),
            (
                .pendingTransferHasDifferentCreditAccountID,
                { wanted.creditAccountID != made?.transfer.creditAccountID }
            ),
            (
                .pendingTransferHasDifferentCurrency,
                { wanted.currency != made?.transfer.currency }
            ),
            (.pendingTransferHasDifferentCode, { wanted.code != made?.transfer.code }),
            (.exceedsPendingTransferAmount, { wanted.amount > made?.transfer.amount ?? 0 }),
            (
                .pendingTransferHasDifferentAmount,
                { isVoid && wanted.amount != made?.transfer.amount }
            ),
            (.pendingTransferAlreadyPosted, { made?.end == .posted }),
            (.pendingTransferAlreadyVoided, { made?.end == .voided }),
            (
                .pendingTransferExpired,
                { made?.end == .expired || made.map { self.isOverdue($0, at: time) } == true }
            ),
        ]
    }
}
