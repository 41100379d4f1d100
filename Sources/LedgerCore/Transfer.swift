package import Identifiers

/// Money from one account to another, never changed once made.
///
/// In a post or a void that is asked for, everything but `id`, `pendingID` and the flags may be
/// left at zero and is then taken from the pending transfer. A transfer that exists has it all.
package struct Transfer: Hashable, Sendable {
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Happens only if the next transfer of the request does.
        package static let linked = Flags(rawValue: 1)
        package static let pending = Flags(rawValue: 2)
        package static let postPending = Flags(rawValue: 4)
        package static let voidPending = Flags(rawValue: 8)
        /// Moves at most so much as the debit account has: its posted credits beyond its debits.
        package static let balancingDebit = Flags(rawValue: 16)
        /// Moves at most so much as the credit account owes: its posted debits beyond its credits.
        package static let balancingCredit = Flags(rawValue: 32)
        /// Closes the debit account until this pending transfer is voided.
        package static let closingDebit = Flags(rawValue: 64)
        /// Closes the credit account until this pending transfer is voided.
        package static let closingCredit = Flags(rawValue: 128)

        static let resolving: Flags = [.postPending, .voidPending]
        static let balancing: Flags = [.balancingDebit, .balancingCredit]
        static let closing: Flags = [.closingDebit, .closingCredit]
        static let known: Flags = [
            .linked, .pending, .postPending, .voidPending, .balancingDebit, .balancingCredit,
            .closingDebit, .closingCredit,
        ]
    }

    package let id: UUID128
    package var debitAccountID: UUID128
    package var creditAccountID: UUID128
    /// Minor units. In a balancing transfer that is asked for, the most that it may move.
    package var amount: Int64
    package var currency: CurrencyCode
    /// The pending transfer that a post or a void is about; zero in all others.
    package let pendingID: UUID128
    package let flags: Flags
    /// The caller's category.
    package var code: UInt32
    /// The caller's own number.
    package var userData: UUID128
    /// Seconds until a pending transfer is void by itself; 0 means never.
    package let timeoutSeconds: UInt32
    /// The epoch in a transfer that is asked for; in one that exists, its place in the journal: no
    /// two transfers have the same.
    package var createdAt: Timestamp

    package init(
        id: UUID128, debitAccountID: UUID128 = .zero, creditAccountID: UUID128 = .zero,
        amount: Int64 = 0, currency: CurrencyCode = .none, pendingID: UUID128 = .zero,
        flags: Flags = [],
        code: UInt32 = 0, userData: UUID128 = .zero, timeoutSeconds: UInt32 = 0,
        createdAt: Timestamp = .unset
    ) {
        self.id = id
        self.debitAccountID = debitAccountID
        self.creditAccountID = creditAccountID
        self.amount = amount
        self.currency = currency
        self.pendingID = pendingID
        self.flags = flags
        self.code = code
        self.userData = userData
        self.timeoutSeconds = timeoutSeconds
        self.createdAt = createdAt
    }

    /// Whether it settles a pending transfer.
    package var resolvesPending: Bool {
        !self.flags.isDisjoint(with: .resolving)
    }
}

/// What became of a pending transfer.
///
///     pending ──post──▶ posted
///        ├─────void──▶ voided
///        └──timeout──▶ expired
package struct PendingState: Hashable, Sendable {
    /// Stored; the numbers are those of `PendingStatus` in the contract.
    package enum Status: Int16, CaseIterable, Hashable, Sendable {
        case pending = 1
        case posted = 2
        case voided = 3
        case expired = 4
    }

    package var status: Status
    /// From then on nobody can post it.
    package let expiresAt: Timestamp?

    package init(status: Status, expiresAt: Timestamp? = nil) {
        self.status = status
        self.expiresAt = expiresAt
    }

    /// Whether its time is up, noticed or not.
    package func isOverdue(at time: Timestamp) -> Bool {
        guard self.status == .pending, let expiresAt else { return false }
        return expiresAt <= time
    }
}
