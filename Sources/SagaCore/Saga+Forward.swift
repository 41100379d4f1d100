/// Reports about actions.
extension Saga {
    mutating func finish(
        _ step: Int, as status: StepStatus
    ) throws(SagaError) -> Transition.Durability {
        guard try isBeingDone(step) else {
            guard steps[step].status != .failed else { throw .contradicted }
            return .unchanged
        }
        steps[step].status = status
        steps[step].spent = 0
        if let abort = failure { return turn(because: abort, at: step) }
        // Those alongside it go on as they are.
        guard !definition.stage(of: step).contains(where: isOpen) else { return .eventual }
        state = .moving(.forward(abort: nil), rest: nil)
        guard let next = stepToExecute else {
            state = .succeeded
            return .required
        }
        guard next == definition.pivot else { return .eventual }
        steps[next].status = .intentRecorded
        return .required
    }

    mutating func refuse(
        _ step: Int, _ failure: Failure
    ) throws(SagaError) -> Transition.Durability {
        guard try isBeingDone(step) else {
            switch steps[step].status {
            case .succeeded, .skippedEmpty: throw .contradicted
            case .pending, .intentRecorded, .inDoubt, .failed, .compensating, .compensated,
                .compensationFailed:
                return .unchanged
            }
        }
        steps[step].lastError = failure.code
        switch definition.steps[step].kind {
        case .retriable:
            return needAttention("\(failure.step) was refused: \(failure.code)")
        case .pivot:
            steps[step].status = .failed
        case .compensatable:
            // An attempt before this one may still be under way; its compensation blocks it. Once
            // a doubt is settled the participant has stored the refusal and nothing can come.
            let mayStillHappen = steps[step].attempts > 0 || mayHaveRunAhead
            let isSettled = steps[step].status == .inDoubt || !mayStillHappen
            steps[step].status = isSettled ? .failed : .compensating
        }
        return turn(because: failure, at: step)
    }

    mutating func retry(
        _ step: Int, after attempt: Int, error: String, random: UInt64
    ) throws(SagaError) -> Transition.Durability {
        guard try isBeingDone(step), attempt == steps[step].attempts + 1 else {
            return .unchanged
        }
        let plan = definition.steps[step]
        let isInDoubt = steps[step].status == .inDoubt
        let policy = isInDoubt ? plan.inDoubt ?? plan.retry : plan.retry
        steps[step].attempts = attempt
        steps[step].lastError = error
        steps[step].spent += 1
        guard steps[step].spent >= policy.attempts else {
            rest(policy.delay(afterTry: steps[step].spent, random: random))
            return .eventual
        }
        guard plan.kind == .compensatable, !isInDoubt else {
            return needAttention("\(plan.name) has no certain answer: \(error)")
        }
        steps[step].status = .compensating
        return turn(
            because: Failure(
                step: plan.name, code: error,
                message: "No certain answer after \(steps[step].spent) attempts."),
            at: step)
    }

    mutating func doubt(
        _ step: Int, after attempt: Int, random: UInt64
    ) throws(SagaError) -> Transition.Durability {
        let plan = definition.steps.indices.contains(step) ? definition.steps[step] : nil
        guard let policy = plan?.inDoubt else {
            return try retry(step, after: attempt, error: "in_doubt", random: random)
        }
        guard try isBeingDone(step), attempt == steps[step].attempts + 1 else {
            return .unchanged
        }
        let isNew = steps[step].status != .inDoubt
        if isNew { steps[step].spent = 0 }
        steps[step].status = .inDoubt
        steps[step].attempts = attempt
        steps[step].lastError = "in_doubt"
        steps[step].spent += 1
        guard steps[step].spent < policy.attempts else {
            return needAttention("\(definition.steps[step].name) stays in doubt")
        }
        rest(policy.delay(afterTry: steps[step].spent, random: random))
        return isNew ? .required : .eventual
    }

    /// The deadline turns a saga round only before the pivot.
    mutating func abortIfPossible() -> Transition.Durability {
        guard case .moving(.forward(abort: nil), _) = state, let step = stepToExecute,
            definition.steps[step].kind == .compensatable
        else { return .unchanged }
        let failure = Failure(
            step: definition.steps[step].name, code: "deadline_exceeded",
            message: "The saga's deadline passed.")
        return turn(because: failure, at: step)
    }

    /// Whether the saga goes forward and the step is one of those being done; if not, the report is a
    /// repeat or too late to matter.
    ///
    /// - Throws: `.unknownStep`; `.outOfOrder` if the step's turn has not come.
    private func isBeingDone(_ step: Int) throws(SagaError) -> Bool {
        guard steps.indices.contains(step) else { throw .unknownStep }
        guard case .moving(.forward, _) = state else { return false }
        guard let current = stepToExecute, step < definition.stage(of: current).upperBound else {
            throw .outOfOrder
        }
        return step >= current && isOpen(step)
    }
}
