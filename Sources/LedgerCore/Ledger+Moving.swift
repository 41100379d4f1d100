internal import Identifiers

extension Ledger {
    /// Makes a transfer that is not about another one: direct, or pending.
    mutating func move(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkFields(of: transfer) { return refusal }
        guard let debitIndex = self.accounts.index(of: transfer.debitAccountID) else {
            return .debitAccountNotFound
        }
        guard let creditIndex = self.accounts.index(of: transfer.creditAccountID) else {
            return .creditAccountNotFound
        }
        let debit = self.accounts[at: debitIndex]
        let credit = self.accounts[at: creditIndex]
        guard debit.currency == credit.currency else { return .accountsMustHaveTheSameCurrency }
        guard transfer.currency == debit.currency else {
            return .transferMustHaveTheSameCurrencyAsAccounts
        }
        guard !debit.flags.contains(.closed) else { return .debitAccountAlreadyClosed }
        guard !credit.flags.contains(.closed) else { return .creditAccountAlreadyClosed }

        var made = transfer
        made.createdAt = time
        if let refusal = made.balance(debit: debit.balances, credit: credit.balances) {
            return refusal
        }
        if let overflow = Self.checkOverflow(
            of: made.amount, isPending: made.flags.contains(.pending), debit: debit.balances,
            credit: credit.balances)
        {
            return overflow
        }
        let timeout = Int64(transfer.timeoutSeconds) * 1_000_000
        guard !time.microseconds.addingReportingOverflow(timeout).overflow else {
            return .overflowsTimeout
        }
        guard !debit.debitsExceedCredits(adding: made.amount) else { return .exceedsCredits }
        guard !credit.creditsExceedDebits(adding: made.amount) else { return .exceedsDebits }

        self.make(made, pending: made.openingState)
        self.apply(made, debitIndex: debitIndex, creditIndex: creditIndex)
        return .created
    }

    /// What a transfer, direct or pending, does to its accounts.
    mutating func apply(_ transfer: Transfer, debitIndex: Int, creditIndex: Int) {
        let amount = transfer.amount
        let flags = transfer.flags
        if flags.contains(.pending) {
            self.update(accountAt: debitIndex) {
                $0.balances.debitsPending += amount
                if flags.contains(.closingDebit) { $0.flags.insert(.closed) }
            }
            self.update(accountAt: creditIndex) {
                $0.balances.creditsPending += amount
                if flags.contains(.closingCredit) { $0.flags.insert(.closed) }
            }
        } else {
            self.update(accountAt: debitIndex) { $0.balances.debitsPosted += amount }
            self.update(accountAt: creditIndex) { $0.balances.creditsPosted += amount }
        }
    }

    /// What is wrong with the transfer whatever the books say.
    private static func checkFields(of transfer: Transfer) -> ResultCode? {
        guard transfer.debitAccountID != .zero else { return .debitAccountIDMustNotBeZero }
        guard transfer.debitAccountID != .max else { return .debitAccountIDMustNotBeIntMax }
        guard transfer.creditAccountID != .zero else { return .creditAccountIDMustNotBeZero }
        guard transfer.creditAccountID != .max else { return .creditAccountIDMustNotBeIntMax }
        guard transfer.debitAccountID != transfer.creditAccountID else {
            return .accountsMustBeDifferent
        }
        guard transfer.pendingID == .zero else { return .pendingIDMustBeZero }
        guard transfer.timeoutSeconds == 0 || transfer.flags.contains(.pending) else {
            return .timeoutReservedForPendingTransfer
        }
        guard transfer.flags.isDisjoint(with: .closing) || transfer.flags.contains(.pending) else {
            return .closingTransferMustBePending
        }
        guard transfer.amount > 0 else { return .amountMustBePositive }
        guard transfer.currency.isKnown else { return .currencyUnknown }
        guard transfer.code != 0 else { return .codeMustNotBeZero }
        return nil
    }

    /// The sums of pending and posted are checked as well, which leaves room for every post.
    private static func checkOverflow(
        of amount: Int64, isPending: Bool, debit: Balances, credit: Balances
    ) -> ResultCode? {
        func overflows(_ balance: Int64) -> Bool {
            balance.addingReportingOverflow(amount).overflow
        }
        if isPending, overflows(debit.debitsPending) { return .overflowsDebitsPending }
        if isPending, overflows(credit.creditsPending) { return .overflowsCreditsPending }
        if overflows(debit.debitsPosted) { return .overflowsDebitsPosted }
        if overflows(credit.creditsPosted) { return .overflowsCreditsPosted }
        // These two sums fit: every transfer so far was held to the same check.
        if overflows(debit.debitsPending + debit.debitsPosted) { return .overflowsDebits }
        if overflows(credit.creditsPending + credit.creditsPosted) { return .overflowsCredits }
        return nil
    }
}

extension Transfer {
    /// A pending transfer's state at its beginning; `nil` for a direct one.
    package var openingState: PendingState? {
        guard self.flags.contains(.pending) else { return nil }
        let timeout = Int64(self.timeoutSeconds)
        return PendingState(
            status: .pending, expiresAt: timeout == 0 ? nil : self.createdAt + .seconds(timeout))
    }

    /// Cuts a balancing transfer's amount down to what its accounts have.
    ///
    /// - Returns: Why it cannot happen: there is nothing to move.
    fileprivate mutating func balance(debit: Balances, credit: Balances) -> ResultCode? {
        if self.flags.contains(.balancingDebit) {
            let available =
                Int128(debit.creditsPosted) - Int128(debit.debitsPosted)
                - Int128(debit.debitsPending)
            guard available > 0 else { return .exceedsCredits }
            self.amount = min(self.amount, Int64(clamping: available))
        }
        if self.flags.contains(.balancingCredit) {
            let owed =
                Int128(credit.debitsPosted) - Int128(credit.creditsPosted)
                - Int128(credit.creditsPending)
            guard owed > 0 else { return .exceedsDebits }
            self.amount = min(self.amount, Int64(clamping: owed))
        }
        return nil
    }
}
