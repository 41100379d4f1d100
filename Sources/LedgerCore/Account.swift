package import Identifiers

/// An account in one currency.
package struct Account: Hashable, Sendable {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// No debit, pending or posted, may go beyond the posted credits.
        package static let debitsMustNotExceedCredits = Flags(rawValue: 2)
        /// No credit, pending or posted, may go beyond the posted debits.
        package static let creditsMustNotExceedDebits = Flags(rawValue: 4)

        static let known: Flags = [.debitsMustNotExceedCredits, .creditsMustNotExceedDebits]
    }

    package let id: UUID128
    /// Unique with the currency: "merchant:acme".
    package let name: String
    /// ISO 4217, three upper-case letters.
    package let currency: String
    package let flags: Flags
    package var balances: Balances
    /// The epoch in an account that is asked for, the ledger's own time in one that exists.
    package let createdAt: Timestamp

    package init(
        id: UUID128, name: String, currency: String, flags: Flags = [],
        balances: Balances = Balances(), createdAt: Timestamp = .unset
    ) {
        self.id = id
        self.name = name
        self.currency = currency
        self.flags = flags
        self.balances = balances
        self.createdAt = createdAt
    }

    /// Whether a limit set by the flags forbids so much more debit.
    func debitsExceedCredits(adding amount: Int64) -> Bool {
        guard self.flags.contains(.debitsMustNotExceedCredits) else { return false }
        let balances = self.balances
        return Int128(balances.debitsPending) + Int128(balances.debitsPosted) + Int128(amount)
            > Int128(balances.creditsPosted)
    }

    /// Whether a limit set by the flags forbids so much more credit.
    func creditsExceedDebits(adding amount: Int64) -> Bool {
        guard self.flags.contains(.creditsMustNotExceedDebits) else { return false }
        let balances = self.balances
        return Int128(balances.creditsPending) + Int128(balances.creditsPosted) + Int128(amount)
            > Int128(balances.debitsPosted)
    }
}

/// What has gone out of and come into an account, in minor units; never negative.
package struct Balances: Hashable, Sendable {
    package var debitsPending: Int64
    package var debitsPosted: Int64
    package var creditsPending: Int64
    package var creditsPosted: Int64

    package init(
        debitsPending: Int64 = 0, debitsPosted: Int64 = 0, creditsPending: Int64 = 0,
        creditsPosted: Int64 = 0
    ) {
        self.debitsPending = debitsPending
        self.debitsPosted = debitsPosted
        self.creditsPending = creditsPending
        self.creditsPosted = creditsPosted
    }
}

extension Timestamp {
    /// Stands in an event for "the ledger is to say when".
    package static let unset = Timestamp(microseconds: 0)
}

extension UUID128 {
    /// Stands for "none".
    package static let zero = UUID128(high: 0, low: 0)
    package static let max = UUID128(high: .max, low: .max)
}
