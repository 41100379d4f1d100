/// Rests and claims.
extension Saga {
    /// Steps that are done at the same time rest together, as long as the most tired of them.
    mutating func rest(_ duration: Duration) {
        guard case .moving(let direction, let rest) = state else { return }
        state = .moving(direction, rest: max(rest ?? .zero, duration))
    }

    /// How long it rests; `nil` if it does not.
    var currentRest: Duration? {
        guard case .moving(_, let rest) = state else { return nil }
        return rest
    }

    mutating func endRest() -> Transition.Durability {
        guard case .moving(let direction, _?) = state else { return .unchanged }
        state = .moving(direction, rest: nil)
        return .unchanged
    }

    mutating func needAttention(_ reason: String) -> Transition.Durability {
        guard case .moving(let direction, _) = state else { return .unchanged }
        state = .needsAttention(reason: reason, direction)
        return .required
    }

    /// Begins another turn from the stored state. Before the pivot's intent is stored, whoever
    /// had the turn before may have done steps of which nothing was stored.
    mutating func beginTurn(epoch: Int64) throws(SagaError) -> Transition.Durability {
        guard epoch > self.epoch else { throw .staleEpoch }
        self.epoch = epoch
        _ = endRest()
        switch state {
        case .moving(.forward, _), .paused(.forward), .needsAttention(_, .forward):
            if let step = stepToExecute, step < definition.pivot { mayHaveRunAhead = true }
        case .moving(.backward, _), .paused(.backward), .needsAttention(_, .backward), .succeeded,
            .compensated, .stopped:
            break
        }
        return .unchanged
    }
}
