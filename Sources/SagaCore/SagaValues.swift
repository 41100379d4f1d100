/// Where a saga stands.
package enum SagaStatus: String, CaseIterable, Hashable, Sendable {
    case running
    case compensating
    case succeeded
    case compensated
    case needsAttention
    /// An operator wants it to rest.
    case paused
    /// An operator has ended it where it stood: neither all done nor all undone.
    case stopped

    /// Whether nothing will happen any more.
    package var isFinal: Bool {
        switch self {
        case .succeeded, .compensated, .stopped: true
        case .running, .compensating, .needsAttention, .paused: false
        }
    }
}

/// A declared business failure: why a saga turned round.
package struct Failure: Hashable, Sendable {
    /// The step that failed.
    package let step: String
    /// "card_declined", "fx_quote_expired", "deadline_exceeded", …
    package let code: String
    package let declineCode: String
    package let message: String

    package init(step: String, code: String, declineCode: String = "", message: String = "") {
        self.step = step
        self.code = code
        self.declineCode = declineCode
        self.message = message
    }
}

/// Which way a saga goes.
package enum Direction: Hashable, Sendable {
    /// - Parameter abort: Why to turn round as soon as the step in doubt is settled.
    case forward(abort: Failure?)
    case backward(because: Failure)
}

/// What has to be done next: a function of the saga's state alone.
package enum Command: Hashable, Sendable {
    /// Do these steps at the same time, and report how each ended: what was done before what is
    /// in doubt, and that before refusals. Never empty.
    case execute([StepAttempt])
    /// Undo the step. Attempts count from 1.
    case compensate(step: Int, attempt: Int)
    /// Rest, then report ``Event/waited``.
    case wait(Duration)
    /// Tell who waits for the end.
    case finished(SagaStatus)
    /// Tell an operator, and rest until ``Event/resumed``.
    case attention(String)
    /// Rest until ``Event/resumed``: an operator wants it so.
    case hold
}

/// One try to do a step.
package struct StepAttempt: Hashable, Sendable {
    /// Its place in the definition.
    package let step: Int
    /// Counts from 1.
    package let attempt: Int

    package init(step: Int, attempt: Int) {
        self.step = step
        self.attempt = attempt
    }
}

/// What happened to a saga. Steps are named by their place in the definition.
package enum Event: Hashable, Sendable {
    case stepSucceeded(Int)
    /// The saga does not need the step.
    case stepSkipped(Int)
    /// Refused for sure.
    case stepRefused(Int, Failure)
    /// No answer that can be relied on.
    case stepUnknown(Int, attempt: Int, error: String, random: UInt64)
    /// The participant does not know yet what became of the effect outside.
    case stepInDoubt(Int, attempt: Int, random: UInt64)
    case compensated(Int)
    case compensationUnknown(Int, attempt: Int, error: String, random: UInt64)
    case compensationRefused(Int, error: String)
    case deadlinePassed
    /// The rest that ``Command/wait(_:)`` asked for is over.
    case waited
    /// An operator wants it to go on.
    case resumed
    /// An operator wants it to rest.
    case paused
    /// An operator wants tried at once what it rests for.
    case retriedNow
    /// An operator ends it where it stands.
    case stopped
    /// An operator has told the step's participant what became of the effect in doubt.
    case resolved(Int)
    /// An operator wants all undone.
    case compensationOrdered(reason: String)
    /// Another turn at driving the saga begins, from what was stored.
    case claimed(epoch: Int64)
}

/// What an event led to.
package struct Transition: Hashable, Sendable {
    /// What has to be true of the new state in the store before ``command`` is carried out.
    package enum Durability: Hashable, Sendable {
        /// Nothing changed that is worth storing.
        case unchanged
        /// To be stored in passing: if it is lost, the step is repeated, which harms nobody.
        case eventual
        /// A decision that cannot be taken back: it must be stored first.
        case required
    }
    package let durability: Durability
    package let command: Command
}

/// Why a saga did not accept an event; it is then unchanged.
package enum SagaError: String, Error, Hashable, Sendable, CaseIterable {
    /// The step's place is not in the definition.
    case unknownStep
    /// A report about a step that was not asked for.
    case outOfOrder
    /// A report that contradicts what was reported before.
    case contradicted
    /// The claim's epoch is not above the one before.
    case staleEpoch
    /// What was stored does not fit the definition.
    case snapshotMismatch
}
