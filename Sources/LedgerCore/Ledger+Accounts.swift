package import Identifiers
internal import Money

extension Ledger {
    /// Opens accounts. Each stands for itself; the one at index `i` is dated `time` plus `i`
    /// microseconds.
    ///
    /// - Returns: One code for each account, in order.
    package mutating func createAccounts(
        _ accounts: [Account], at time: Timestamp
    ) -> [ResultCode] {
        accounts.enumerated().map { index, account in
            self.create(account, at: time + .microseconds(index))
        }
    }

    private mutating func create(_ account: Account, at time: Timestamp) -> ResultCode {
        guard account.createdAt == .unset else { return .timestampMustBeZero }
        guard Account.Flags.known.isSuperset(of: account.flags) else { return .reservedFlag }
        guard account.id != .zero else { return .idMustNotBeZero }
        guard account.id != .max else { return .idMustNotBeIntMax }
        if let existing = self.accounts[account.id] {
            return Self.compare(account, with: existing)
        }
        // One that may hold nothing on either side would be of no use.
        guard account.flags != Account.Flags.known else { return .flagsAreMutuallyExclusive }
        guard account.balances.debitsPending == 0 else { return .debitsPendingMustBeZero }
        guard account.balances.debitsPosted == 0 else { return .debitsPostedMustBeZero }
        guard account.balances.creditsPending == 0 else { return .creditsPendingMustBeZero }
        guard account.balances.creditsPosted == 0 else { return .creditsPostedMustBeZero }
        guard !account.name.isEmpty else { return .nameMustBeGiven }
        guard isKnownCurrency(account.currency) else { return .currencyUnknown }
        guard self.accountID(name: account.name, currency: account.currency) == nil else {
            return .nameAlreadyTaken
        }
        self.insert(
            Account(
                id: account.id, name: account.name, currency: account.currency,
                flags: account.flags, createdAt: time))
        return .created
    }

    private static func compare(_ account: Account, with existing: Account) -> ResultCode {
        guard account.flags == existing.flags else { return .existsWithDifferentFlags }
        guard account.name == existing.name else { return .existsWithDifferentName }
        guard account.currency == existing.currency else { return .existsWithDifferentCurrency }
        return .exists
    }
}

/// Only a code exactly as the ledger stores it: "usd" would open a second set of books.
func isKnownCurrency(_ code: String) -> Bool {
    (try? Currency.named(code))?.code == code
}
