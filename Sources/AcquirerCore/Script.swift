package import Identifiers

/// A rule that an operator gave the sandbox: the first one that fits a call is used, and used up.
package struct Script: Hashable, Sendable {
    package enum Behavior: String, CaseIterable, Hashable, Sendable {
        case approve
        case decline
        case answerLate = "answer_late"
        case neverAnswer = "never_answer"
        case lose
        case unavailable
        case pending
        case pendingThenFail = "pending_then_fail"

        package var isForRefundsOnly: Bool {
            switch self {
            case .pending, .pendingThenFail: true
            case .approve, .decline, .answerLate, .neverAnswer, .lose, .unavailable: false
            }
        }
    }

    package let id: ScriptID
    /// `nil` fits every kind.
    package let kind: Effect.Kind?
    /// Empty fits every reference.
    package let referencePrefix: String
    /// Empty fits every payment method.
    package let paymentMethod: String
    package let behavior: Behavior
    package let delay: Duration
    /// How many calls it still applies to.
    package private(set) var remaining: Int64
    package let declineCode: String

    /// The longest delay that a rule may ask for.
    package static let maximumDelay: Duration = .seconds(600)

    /// - Throws: `ScriptError`, which names the field that does not hold.
    package init(
        id: ScriptID, kind: Effect.Kind?, referencePrefix: String, paymentMethod: String,
        behavior: Behavior, delay: Duration, remaining: Int64, declineCode: String
    ) throws(ScriptError) {
        guard remaining >= 1 else { throw .remainingNotPositive }
        guard delay >= .zero, delay <= Self.maximumDelay else { throw .delayOutOfRange }
        guard !behavior.isForRefundsOnly || kind == .refund else { throw .behaviorForRefundsOnly }
        guard referencePrefix.count <= 255, paymentMethod.count <= 255, declineCode.count <= 255
        else { throw .textTooLong }
        self.id = id
        self.kind = kind
        self.referencePrefix = referencePrefix
        self.paymentMethod = paymentMethod
        self.behavior = behavior
        self.delay = delay
        self.remaining = remaining
        self.declineCode = declineCode
    }

    package func fits(_ kind: Effect.Kind, reference: String, paymentMethod: String) -> Bool {
        (self.kind ?? kind) == kind
            && reference.utf8.starts(with: self.referencePrefix.utf8)
            && (self.paymentMethod.isEmpty || self.paymentMethod == paymentMethod)
    }

    package var conduct: Conduct {
        switch self.behavior {
        case .approve: .approve
        case .decline: Conduct(.decline(.declined(self.declineCode)))
        case .answerLate: Conduct(.approve, delivery: .late(by: self.delay))
        case .neverAnswer: Conduct(.approve, delivery: .never)
        case .lose: Conduct(.ignore, delivery: .never)
        case .unavailable: Conduct(.ignore, delivery: .unavailable)
        case .pending: Conduct(.pend(self.delay, failing: nil))
        case .pendingThenFail: Conduct(.pend(self.delay, failing: .refundFailed))
        }
    }

    /// Counts one call.
    ///
    /// - Returns: Whether it applies to further ones; otherwise it is to be removed.
    package mutating func use() -> Bool {
        self.remaining -= 1
        return self.remaining > 0
    }
}

package enum ScriptError: Error, Hashable, Sendable {
    case remainingNotPositive
    case delayOutOfRange
    case behaviorForRefundsOnly
    case textTooLong
}
