/// Rests, claims, and what an operator does.
extension Saga {
    mutating func rest(_ duration: Duration) {
        guard case .moving(let direction, _) = state else { return }
        state = .moving(direction, rest: duration)
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

    /// Goes on where it stopped, with fresh budgets.
    mutating func resume() -> Transition.Durability {
        guard case .needsAttention(_, let direction) = state else { return .unchanged }
        for step in steps.indices {
            steps[step].spent = 0
            if steps[step].status == .compensationFailed { steps[step].status = .compensating }
        }
        state = .moving(direction, rest: nil)
        return .required
    }

    /// Begins another turn from the stored state. Before the pivot's intent is stored, whoever
    /// had the turn before may have done steps of which nothing was stored.
    mutating func beginTurn(epoch: Int64) throws(SagaError) -> Transition.Durability {
        guard epoch > self.epoch else { throw .staleEpoch }
        self.epoch = epoch
        _ = endRest()
        if case .moving(.forward, _) = state, let step = stepToExecute, step < definition.pivot {
            mayHaveRunAhead = true
        }
        return .unchanged
    }
}
