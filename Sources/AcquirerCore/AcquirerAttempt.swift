package import Identifiers

/// One operation asked of the acquirer, as its caller keeps it.
///
///     recorded ──send──▶ in doubt ──answered──▶ approved, declined, requires action
///                        ▲  │   │
///             resend ────┘  │   └──not found, window over──▶ absent
///             (not found,   └──pending──▶ pending ──answered──▶ approved, declined
///              window open)
///
/// The caller commits the attempt before it sends anything, so a crash can never leave an operation
/// that nobody knows of. What is in doubt is settled by a query under the same reference, never by
/// a second operation. The acquirer does nothing after ``notAfter``: a reference that is unknown
/// when asked ``margin`` later stays unknown, and only then is the attempt absent.
///
/// Pure: it sees no clock and no socket. It tells the next thing to do; the caller does it and
/// reports what came of it.
package struct AcquirerAttempt: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Stored; nothing was sent by whoever stored it. Anyone else must take it for in doubt.
        case recorded
        case inDoubt
        /// The acquirer has it, and has not decided.
        case pending
        case settled(Verdict)

        package var isSettled: Bool {
            if case .settled = self { true } else { false }
        }
    }

    /// How an attempt ended.
    package enum Verdict: Hashable, Sendable {
        case approved
        case declined(Refusal)
        case requiresAction(Refusal)
        /// For sure never done.
        case absent
    }

    /// What the acquirer said.
    package enum Answer: Hashable, Sendable {
        case decided(Verdict)
        case pending
        /// Asked by a query: it does not know the reference. `askedAt` is when the query left.
        case unknownReference(askedAt: Timestamp)
        /// No answer, or one that tells nothing.
        case nothing
    }

    package enum Command: Hashable, Sendable {
        /// Send the operation; that includes sending it again under the same reference.
        case send
        case query
        /// Nothing more can be learned now.
        case waitInDoubt
        case waitPending
        case conclude(Verdict)
    }

    package let reference: String
    /// The acquirer carries it out up to this moment, and never later.
    package let notAfter: Timestamp
    package internal(set) var state: State
    /// Whoever wants the operation undone says so before asking what became of it: from then on it
    /// is never sent (again).
    package var isUnwanted: Bool

    package init(
        reference: String, notAfter: Timestamp, state: State = .recorded, isUnwanted: Bool = false
    ) {
        self.reference = reference
        self.notAfter = notAfter
        self.state = state
        self.isUnwanted = isUnwanted
    }

    /// The first thing to do when a call comes for it.
    ///
    /// - Parameter isFresh: Whether this very call stored the attempt, so that nobody can have sent
    ///   it before.
    package mutating func begin(isFresh: Bool) -> Command {
        switch self.state {
        case .recorded where isFresh && !self.isUnwanted:
            self.state = .inDoubt
            return .send
        case .recorded, .inDoubt:
            self.state = .inDoubt
            return .query
        case .pending:
            return .query
        case .settled(let verdict):
            return .conclude(verdict)
        }
    }

    /// Takes what came of a sent operation or of a query.
    ///
    /// - Parameters:
    ///   - margin: How much later than ``notAfter`` a query must leave to prove anything: it covers
    ///     the difference of the clocks and the acquirer's longest commit.
    ///   - now: To decide whether sending it again still makes sense.
    package mutating func receive(
        _ answer: Answer, margin: Duration, now: Timestamp
    ) -> Command {
        switch self.state {
        case .settled(let verdict):
            return .conclude(verdict)
        case .recorded, .inDoubt:
            return self.receiveInDoubt(answer, margin: margin, now: now)
        case .pending:
            guard case .decided(let verdict) = answer else { return .waitPending }
            self.state = .settled(verdict)
            return .conclude(verdict)
        }
    }

    private mutating func receiveInDoubt(
        _ answer: Answer, margin: Duration, now: Timestamp
    ) -> Command {
        switch answer {
        case .decided(let verdict):
            self.state = .settled(verdict)
            return .conclude(verdict)
        case .pending:
            self.state = .pending
            return .waitPending
        case .unknownReference(let askedAt) where askedAt > self.notAfter + margin:
            self.state = .settled(.absent)
            return .conclude(.absent)
        case .unknownReference where !self.isUnwanted && now < self.notAfter:
            return .send
        case .unknownReference, .nothing:
            return .waitInDoubt
        }
    }

    /// Notes that the operation is to be undone.
    package mutating func abandon() {
        self.isUnwanted = true
    }
}
