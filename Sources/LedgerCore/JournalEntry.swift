package import Identifiers

/// One line of the journal: all that ever happened, in order. Everything else, balances included,
/// follows from it.
package struct JournalEntry: Hashable, Sendable {
    /// Stored; never renumbered.
    package enum Kind: Int16, CaseIterable, Sendable {
        case transfer = 1
        /// A transfer that was refused for a reason that might have passed: its id is spent.
        case failure = 2
        /// The end of a pending transfer whose time was up.
        case expiry = 3
        /// The opening of an account.
        case account = 4
        /// A saga's operation, as the barrier remembers it. The core passes it on unread.
        case operation = 5
    }

    package var kind: Kind
    /// What is written down. In an expiry, the pending transfer under an id of the ledger's own; in
    /// an opening, the account's id as the debit account and its flags.
    package var transfer: Transfer
    /// Of a failure.
    package var result: ResultCode?
    /// Of an opening, the account's name in UTF-8; of an operation, what the barrier keeps.
    package var body: [UInt8]

    package init(
        kind: Kind, transfer: Transfer, result: ResultCode? = nil, body: [UInt8] = []
    ) {
        self.kind = kind
        self.transfer = transfer
        self.result = result
        self.body = body
    }

    /// When it happened, which no other entry did.
    package var time: Timestamp { self.transfer.createdAt }
}

extension UUID128 {
    /// An id for an entry that no caller named: its first 48 bits are the milliseconds of its time,
    /// as in other ids that rise with time, and since no two entries have the same time, no two
    /// have the same id.
    package init(entryAt time: Timestamp) {
        let (milliseconds, rest) = time.microseconds.quotientAndRemainder(dividingBy: 1_000)
        self.init(
            high: UInt64(bitPattern: milliseconds) << 16 | 0x8000 | UInt64(bitPattern: rest),
            low: 0x8f10_7214_0000_0000)
    }
}
