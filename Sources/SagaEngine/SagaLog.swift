package import Identifiers
package import SagaCore

extension Event {
    /// The line that a saga's history gets for it.
    package func logEntry(of definition: SagaDefinition, at now: Timestamp) -> SagaLogEntry {
        func entry(_ step: Int?, _ type: String, _ detail: String = "") -> SagaLogEntry {
            SagaLogEntry(
                at: now, step: step.map { definition.steps[$0].name } ?? "", type: type,
                detail: detail)
        }
        return switch self {
        case .stepSucceeded(let step): entry(step, "succeeded")
        case .stepSkipped(let step): entry(step, "skipped")
        case .stepRefused(let step, let failure):
            entry(step, "refused", failure.summary)
        case .stepUnknown(let step, let attempt, let error, _):
            entry(step, "retry", "attempt \(attempt): \(error)")
        case .stepInDoubt(let step, let attempt, _):
            entry(step, "in_doubt", "attempt \(attempt)")
        case .compensated(let step): entry(step, "compensated")
        case .compensationUnknown(let step, let attempt, let error, _):
            entry(step, "compensation_retry", "attempt \(attempt): \(error)")
        case .compensationRefused(let step, let error):
            entry(step, "compensation_refused", error)
        case .deadlinePassed: entry(nil, "deadline_passed")
        case .waited: entry(nil, "waited")
        case .resumed: entry(nil, "resumed")
        case .paused: entry(nil, "paused")
        case .retriedNow: entry(nil, "retried_now")
        case .stopped: entry(nil, "stopped")
        case .resolved(let step): entry(step, "resolved")
        case .compensationOrdered(let reason): entry(nil, "compensation_ordered", reason)
        case .claimed(let epoch): entry(nil, "claimed", "epoch \(epoch)")
        }
    }
}

extension Saga {
    /// The line that a saga's history gets when its status changed.
    package func statusEntry(at now: Timestamp) -> SagaLogEntry {
        let (type, detail) =
            switch status {
            case .running: ("running", "")
            case .compensating: ("compensating", failure?.summary ?? "")
            case .succeeded: ("saga_succeeded", "")
            case .compensated: ("saga_compensated", failure?.summary ?? "")
            case .needsAttention: ("needs_attention", attention ?? "")
            case .paused: ("saga_paused", "")
            case .stopped: ("saga_stopped", "")
            }
        return SagaLogEntry(at: now, step: "", type: type, detail: detail)
    }
}

extension Failure {
    fileprivate var summary: String {
        declineCode.isEmpty ? code : "\(code) (\(declineCode))"
    }
}
