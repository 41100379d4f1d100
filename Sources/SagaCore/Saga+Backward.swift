/// Turning round, and reports about compensations.
extension Saga {
    /// Turns round at a step, or, while one alongside it is in doubt, notes that it is to turn:
    /// what is in doubt has to be settled before it can be undone.
    mutating func turn(because failure: Failure, at step: Int) -> Transition.Durability {
        guard stepInDoubt(alongside: step) == nil else {
            let isNew = self.failure != failure
            state = .moving(.forward(abort: failure), rest: currentRest)
            return isNew ? .required : .eventual
        }
        markToUndo(at: definition.stage(of: step))
        state =
            stepToCompensate == nil
            ? .compensated(because: failure) : .moving(.backward(because: failure), rest: nil)
        return .required
    }

    /// Marks everything that was or may have been done as to be undone: of the stage where it
    /// turns, what has not answered may be under way at this moment.
    private mutating func markToUndo(at stage: Range<Int>) {
        for step in steps.indices where definition.steps[step].kind == .compensatable {
            switch steps[step].status {
            case .succeeded: steps[step].status = .compensating
            case .pending, .inDoubt:
                if mayHaveRunAhead || stage.contains(step) { steps[step].status = .compensating }
            case .compensating, .intentRecorded, .failed, .compensated, .skippedEmpty,
                .compensationFailed:
                break
            }
            steps[step].spent = 0
        }
    }

    mutating func finishCompensation(of step: Int) throws(SagaError) -> Transition.Durability {
        guard let failure = try backwardFailure(at: step) else { return .unchanged }
        steps[step].status = .compensated
        steps[step].spent = 0
        guard stepToCompensate != nil else {
            state = .compensated(because: failure)
            return .required
        }
        state = .moving(.backward(because: failure), rest: nil)
        return .eventual
    }

    mutating func retryCompensation(
        of step: Int, after attempt: Int, error: String, random: UInt64
    ) throws(SagaError) -> Transition.Durability {
        guard try backwardFailure(at: step) != nil,
            attempt == steps[step].compensationAttempts + 1
        else { return .unchanged }
        let plan = definition.steps[step]
        let policy = plan.compensation ?? plan.retry
        steps[step].compensationAttempts = attempt
        steps[step].lastError = error
        steps[step].spent += 1
        guard steps[step].spent < policy.attempts else {
            return failCompensation(of: step, "has no certain answer: \(error)")
        }
        rest(policy.delay(afterTry: steps[step].spent, random: random))
        return .eventual
    }

    mutating func refuseCompensation(
        of step: Int, error: String
    ) throws(SagaError) -> Transition.Durability {
        guard try backwardFailure(at: step) != nil else { return .unchanged }
        steps[step].compensationAttempts += 1
        steps[step].lastError = error
        return failCompensation(of: step, "was refused: \(error)")
    }

    private mutating func failCompensation(
        of step: Int, _ reason: String
    ) -> Transition.Durability {
        let durability = needAttention(
            "the compensation of \(definition.steps[step].name) \(reason)")
        steps[step].status = .compensationFailed
        return durability
    }

    /// Why the saga goes back, if the step is the one being undone; `nil` if the report is a
    /// repeat or too late to matter.
    ///
    /// - Throws: `.unknownStep`; `.outOfOrder` if undoing the step was not asked for.
    private func backwardFailure(at step: Int) throws(SagaError) -> Failure? {
        guard steps.indices.contains(step) else { throw .unknownStep }
        switch state {
        case .moving(.backward(let failure), _):
            if step == stepToCompensate { return failure }
            guard steps[step].status == .compensated else { throw .outOfOrder }
            return nil
        case .needsAttention(_, .backward), .paused(.backward), .stopped(.backward), .compensated:
            switch steps[step].status {
            case .compensated, .compensationFailed: return nil
            // Asked for before an operator held or ended the saga.
            case .compensating where step == stepToCompensate: return nil
            case .pending, .intentRecorded, .inDoubt, .succeeded, .failed, .compensating,
                .skippedEmpty:
                throw .outOfOrder
            }
        case .moving(.forward, _), .needsAttention(_, .forward), .paused(.forward),
            .stopped(.forward), .succeeded:
            throw .outOfOrder
        }
    }
}
