package import Identifiers
package import Money

/// A promise to exchange one amount at one rate, once.
///
///     open ──lock──▶ locked ──consume──▶ consumed
///      ▲ │              │
///      │ └ time ▶ expired ◀─ release, too late
///      └──── release ───┘
///
/// Only an open quote expires: one that a saga holds is kept for it, however long a capture
/// takes. Expiry is read off the clock and not stored, so nothing has to run for it.
///
/// Pure: it sees no clock and no database. The caller stores the quote after a change.
package struct Quote: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case open
        case locked(by: SagaID)
        case consumed(by: SagaID)
    }

    package enum Status: String, CaseIterable, Sendable {
        case open
        case locked
        case consumed
        case expired
    }

    package let id: QuoteID
    package let amount: Money
    package let terms: QuoteTerms
    package let conversion: Conversion
    package let source: RateSource
    package let publishedOn: CalendarDay
    package let createdAt: Timestamp
    package let expiresAt: Timestamp
    package private(set) var state: State

    /// A quote as it was stored, or a new one, which is open.
    ///
    /// - Throws: `.amountOutOfRange` when the amount is not positive, cannot be exchanged under
    ///   the terms or comes to nothing.
    package init(
        id: QuoteID, amount: Money, terms: QuoteTerms, source: RateSource,
        publishedOn: CalendarDay, createdAt: Timestamp, expiresAt: Timestamp,
        state: State = .open
    ) throws(FXError) {
        let conversion = try terms.convert(amount)
        guard conversion.to.minorUnits > 0 else {
            throw FXError(
                .amountOutOfRange, "\(amount) comes to nothing in \(terms.to): exchange more")
        }
        self.id = id
        self.amount = amount
        self.terms = terms
        self.conversion = conversion
        self.source = source
        self.publishedOn = publishedOn
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.state = state
    }

    package func status(at now: Timestamp) -> Status {
        switch self.state {
        case .open: now < self.expiresAt ? .open : .expired
        case .locked: .locked
        case .consumed: .consumed
        }
    }

    /// The saga that holds or used it.
    package var sagaID: SagaID? {
        switch self.state {
        case .open: nil
        case .locked(let saga), .consumed(let saga): saga
        }
    }
}

extension Quote {
    /// A saga takes the quote. Repeats of the one that holds it change nothing.
    ///
    /// - Throws: `.quoteExpired`; `.quoteUsed` when another saga has it or it was consumed. The
    ///   quote is then unchanged.
    package mutating func lock(by saga: SagaID, at now: Timestamp) throws(FXError) {
        switch self.state {
        case .open:
            guard now < self.expiresAt else {
                throw FXError(.quoteExpired, "the quote expired at \(self.expiresAt): get another")
            }
            self.state = .locked(by: saga)
        case .locked(by: saga):
            return
        case .locked, .consumed:
            throw FXError(.quoteUsed, "the quote is used already: get another")
        }
    }

    /// The exchange has happened. The saga may be another than the one that locked: what one
    /// authorizes, a later one captures.
    ///
    /// - Throws: `.quoteNotLocked` for an open quote; `.quoteUsed` when another saga consumed it.
    package mutating func consume(by saga: SagaID) throws(FXError) {
        switch self.state {
        case .locked:
            self.state = .consumed(by: saga)
        case .consumed(by: saga):
            return
        case .open:
            throw FXError(.quoteNotLocked, "the quote is not locked")
        case .consumed:
            throw FXError(.quoteUsed, "the quote is used already")
        }
    }

    /// The exchange will not happen: the quote is open again, for as long as it lives. An open
    /// one stays as it is.
    ///
    /// - Throws: `.quoteUsed` when it was consumed.
    package mutating func release() throws(FXError) {
        switch self.state {
        case .open:
            return
        case .locked:
            self.state = .open
        case .consumed:
            throw FXError(.quoteUsed, "the quote is used already")
        }
    }
}
