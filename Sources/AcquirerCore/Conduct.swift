internal import Identifiers

/// How the sandbox treats one call: what it does, and whether and when it says so.
package struct Conduct: Hashable, Sendable {
    package enum Decision: Hashable, Sendable {
        case approve
        case decline(Refusal)
        case requireAction(Refusal)
        /// Refunds only: undecided for so long, then approved, or failed for the reason given.
        case pend(Duration, failing: Refusal?)
        case ignore

        /// What is to be stored; `nil` when nothing happens.
        func outcome(at now: Timestamp) -> Effect.Outcome? {
            switch self {
            case .approve: .approved
            case .decline(let refusal): .declined(refusal)
            case .requireAction(let refusal): .requiresAction(refusal)
            case .pend(let duration, let refusal): .pending(until: now + duration, failing: refusal)
            case .ignore: nil
            }
        }
    }

    package enum Delivery: Hashable, Sendable {
        case atOnce
        case late(by: Duration)
        case never
        /// An error that says to try again.
        case unavailable
    }

    package let decision: Decision
    package let delivery: Delivery

    package init(_ decision: Decision, delivery: Delivery = .atOnce) {
        self.decision = decision
        self.delivery = delivery
    }

    package static let approve = Conduct(.approve)
}
