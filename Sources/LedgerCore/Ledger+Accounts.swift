package import Identifiers

extension Ledger {
    /// Opens accounts, every linked chain of them whole or not at all. The one at index `i` is
    /// dated `time` plus `i` microseconds.
    ///
    /// - Returns: One code for each account, in order.
    package mutating func createAccounts(
        _ accounts: [Account], at time: Timestamp
    ) -> [ResultCode] {
        self.createChains(
            of: accounts, at: time, isLinked: { $0.flags.contains(.linked) },
            isThere: { $0.existing(for: $1) == .exists }, create: { $0.create($1, at: $2) })
    }

    private mutating func create(_ account: Account, at time: Timestamp) -> ResultCode {
        if let refusal = Self.checkHead(of: account) { return refusal }
        if let comparison = self.existing(for: account) { return comparison }
        // One that may hold nothing on either side would be of no use.
        guard !account.flags.isSuperset(of: Account.Flags.limits) else {
            return .flagsAreMutuallyExclusive
        }
        guard account.balances.debitsPending == 0 else { return .debitsPendingMustBeZero }
        guard account.balances.debitsPosted == 0 else { return .debitsPostedMustBeZero }
        guard account.balances.creditsPending == 0 else { return .creditsPendingMustBeZero }
        guard account.balances.creditsPosted == 0 else { return .creditsPostedMustBeZero }
        guard !account.name.isEmpty else { return .nameMustBeGiven }
        guard account.currency.isKnown else { return .currencyUnknown }
        guard self.accountID(name: account.name, currency: account.currency) == nil else {
            return .nameAlreadyTaken
        }
        self.open(
            Account(
                id: account.id, name: account.name, currency: account.currency,
                flags: account.flags, userData: account.userData, createdAt: time), at: time)
        return .created
    }

    private static func checkHead(of account: Account) -> ResultCode? {
        guard account.createdAt == .unset else { return .timestampMustBeZero }
        guard Account.Flags.known.isSuperset(of: account.flags) else { return .reservedFlag }
        guard account.id != .zero else { return .idMustNotBeZero }
        guard account.id != .max else { return .idMustNotBeIntMax }
        return nil
    }

    /// How the account compares with the one that has its id; `nil` if there is none.
    private func existing(for account: Account) -> ResultCode? {
        if let refusal = Self.checkHead(of: account) { return refusal }
        guard let existing = self.account(account.id) else { return nil }
        // Whether it is closed changes in its life.
        guard account.flags.union(.closed) == existing.flags.union(.closed) else {
            return .existsWithDifferentFlags
        }
        guard account.userData == existing.userData else { return .existsWithDifferentUserData }
        guard account.name == existing.name else { return .existsWithDifferentName }
        guard account.currency == existing.currency else { return .existsWithDifferentCurrency }
        return .exists
    }
}
