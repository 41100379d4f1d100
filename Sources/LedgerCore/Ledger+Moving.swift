internal import Identifiers

extension Ledger {
    /// Makes a transfer that is not about another one: direct, or pending.
    mutating func move(_ transfer: Transfer, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkFields(of: transfer) { return refusal }
        guard let debit = self.accounts[transfer.debitAccountID] else {
            return .debitAccountNotFound
        }
        guard let credit = self.accounts[transfer.creditAccountID] else {
            return .creditAccountNotFound
        }
        guard debit.currency == credit.currency else { return .accountsMustHaveTheSameCurrency }
        guard transfer.currency == debit.currency else {
            return .transferMustHaveTheSameCurrencyAsAccounts
        }
        let isPending = transfer.flags.contains(.pending)
        if let overflow = Self.checkOverflow(
            of: transfer.amount, isPending: isPending, debit: debit.balances,
            credit: credit.balances)
        {
            return overflow
        }
        let timeout = Int64(transfer.timeoutSeconds) * 1_000_000
        guard !time.microseconds.addingReportingOverflow(timeout).overflow else {
            return .overflowsTimeout
        }
        guard !debit.debitsExceedCredits(adding: transfer.amount) else { return .exceedsCredits }
        guard !credit.creditsExceedDebits(adding: transfer.amount) else { return .exceedsDebits }

        self.book(transfer, at: time)
        return .created
    }

    private mutating func book(_ transfer: Transfer, at time: Timestamp) {
        var made = transfer
        made.createdAt = time
        let amount = transfer.amount
        if transfer.flags.contains(.pending) {
            let expiry =
                transfer.timeoutSeconds == 0
                ? nil : time + .seconds(Int64(transfer.timeoutSeconds))
            self.insert(made, pending: PendingState(status: .pending, expiresAt: expiry))
            self.updateBalances(of: transfer.debitAccountID) { $0.debitsPending += amount }
            self.updateBalances(of: transfer.creditAccountID) { $0.creditsPending += amount }
        } else {
            self.insert(made, pending: nil)
            self.updateBalances(of: transfer.debitAccountID) { $0.debitsPosted += amount }
            self.updateBalances(of: transfer.creditAccountID) { $0.creditsPosted += amount }
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
        guard transfer.amount > 0 else { return .amountMustBePositive }
        guard isKnownCurrency(transfer.currency) else { return .currencyUnknown }
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
