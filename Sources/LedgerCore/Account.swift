package import Identifiers

/// An account in one currency.
package struct Account: Hashable, Sendable {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Opened only if the next account of the request is.
        package static let linked = Flags(rawValue: 1)
        /// No debit, pending or posted, may go beyond the posted credits.
        package static let debitsMustNotExceedCredits = Flags(rawValue: 2)
        /// No credit, pending or posted, may go beyond the posted debits.
        package static let creditsMustNotExceedDebits = Flags(rawValue: 4)

        /// Its balances after each transfer can be asked for.
        package static let history = Flags(rawValue: 8)
        /// Takes no transfer but the void that opens it again.
        package static let closed = Flags(rawValue: 32)

        static let limits: Flags = [.debitsMustNotExceedCredits, .creditsMustNotExceedDebits]
        static let known: Flags = [
            .linked, .debitsMustNotExceedCredits, .creditsMustNotExceedDebits, .history, .closed,
        ]
    }

    package let id: UUID128
    /// Unique with the currency: "merchant:acme".
    package let name: String
    /// ISO 4217, three upper-case letters.
    package let currency: CurrencyCode
    package let flags: Flags
    /// The caller's own number.
    package let userData: UUID128
    package var balances: Balances
    /// The epoch in an account that is asked for, the ledger's own time in one that exists.
    package let createdAt: Timestamp

    package init(
        id: UUID128, name: String, currency: CurrencyCode, flags: Flags = [],
        userData: UUID128 = .zero, balances: Balances = Balances(),
        createdAt: Timestamp = .unset
    ) {
        self.id = id
        self.name = name
        self.currency = currency
        self.flags = flags
        self.userData = userData
        self.balances = balances
        self.createdAt = createdAt
    }
}

/// What transfers need to know of an account, and what they change in it. It owns no memory: there
/// may be millions, and one is copied at every step.
package struct AccountState: Hashable, Sendable {
    package let currency: CurrencyCode
    package var flags: Account.Flags
    package let userData: UUID128
    package let createdAt: Timestamp
    package var balances: Balances

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
