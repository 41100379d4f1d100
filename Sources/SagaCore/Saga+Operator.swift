/// What operators order.
///
///     running, compensating ──paused──▶ paused ──resumed──▶ where it was
///     running, compensating, paused, needs attention ──stopped──▶ stopped
///     running, before the pivot's intent ──compensation ordered──▶ compensating
///
/// An order that the saga's state does not allow changes nothing: `.unchanged` is the refusal.
extension Saga {
    /// Which way the saga goes, or would go; `nil` once it is final.
    private var direction: Direction? {
        switch state {
        case .moving(let direction, _), .paused(let direction), .needsAttention(_, let direction):
            direction
        case .succeeded, .compensated, .stopped: nil
        }
    }

    mutating func pause() -> Transition.Durability {
        guard case .moving(let direction, _) = state else { return .unchanged }
        state = .paused(direction)
        return .required
    }

    /// Goes on where it stopped. After a limit was reached budgets are fresh; a pause uses none up.
    mutating func resume() -> Transition.Durability {
        switch state {
        case .paused(let direction):
            state = .moving(direction, rest: nil)
        case .needsAttention(_, let direction):
            refillBudgets()
            state = .moving(direction, rest: nil)
        case .moving, .succeeded, .compensated, .stopped:
            return .unchanged
        }
        return .required
    }

    /// Tries at once, and as often as at first, what it rests for.
    mutating func retryNow() -> Transition.Durability {
        guard case .moving(let direction, _) = state else { return .unchanged }
        refillBudgets()
        state = .moving(direction, rest: nil)
        return .required
    }

    /// Ends where it stands. What was done stays done: ``remainingEffects`` tells what that is.
    mutating func stop() -> Transition.Durability {
        guard let direction else { return .unchanged }
        for step in steps.indices where steps[step].status == .pending && mayHaveStarted(step) {
            steps[step].status = .inDoubt
        }
        state = .stopped(direction)
        return .required
    }

    /// The step's participant has been told what became of the effect outside, so asking it once
    /// more settles the step. A pause stays.
    mutating func resolve(_ step: Int) throws(SagaError) -> Transition.Durability {
        guard steps.indices.contains(step) else { throw .unknownStep }
        guard stepInDoubt == step, let direction else { return .unchanged }
        refillBudgets()
        if case .paused = state { return .required }
        state = .moving(direction, rest: nil)
        return .required
    }

    /// Turns round, before the pivot's intent is stored; past a doubt not before it is settled.
    mutating func orderCompensation(_ reason: String) -> Transition.Durability {
        guard case .forward(abort: nil)? = direction, let step = stepToExecute,
            definition.steps[step].kind == .compensatable
        else { return .unchanged }
        refillBudgets()
        let failure = Failure(
            step: definition.steps[step].name, code: "ordered_by_operator", message: reason)
        state = .moving(.forward(abort: nil), rest: nil)
        return turn(because: failure, at: step)
    }

    /// The step whose participant does not know what became of the effect outside: the first
    /// action in doubt, or a compensation that has no certain answer.
    package var stepInDoubt: Int? {
        switch direction {
        case .forward:
            stepToExecute.flatMap(stepInDoubt(alongside:))
        case .backward:
            uncertainCompensation
        case nil: nil
        }
    }

    private var uncertainCompensation: Int? {
        let failed = steps.lastIndex { $0.status == .compensationFailed }
        guard let step = failed ?? stepToCompensate, definition.steps[step].inDoubt != nil,
            steps[step].compensationAttempts > 0
        else { return nil }
        return step
    }

    private mutating func refillBudgets() {
        for step in steps.indices {
            steps[step].spent = 0
            if steps[step].status == .compensationFailed { steps[step].status = .compensating }
        }
    }
}

/// What a saga has brought about and not undone.
package struct RemainingEffect: Hashable, Sendable {
    package enum Certainty: String, CaseIterable, Hashable, Sendable {
        /// Done for sure.
        case done
        /// Asked for, and nobody knows what became of it.
        case possible
    }

    /// The step's place in the definition.
    package let step: Int
    package let certainty: Certainty
}

extension Saga {
    /// What would stay if nothing more were done, in the order of the steps. A step that may have
    /// been done is part of it: too much is looked at, never too little.
    package var remainingEffects: [RemainingEffect] {
        steps.indices.compactMap { step in
            certainty(of: step).map { RemainingEffect(step: step, certainty: $0) }
        }
    }

    private func certainty(of step: Int) -> RemainingEffect.Certainty? {
        switch steps[step].status {
        case .succeeded: .done
        case .intentRecorded, .inDoubt, .compensating, .compensationFailed: .possible
        case .pending:
            mayHaveStarted(step) ? .possible : nil
        case .failed, .compensated, .skippedEmpty: nil
        }
    }

    /// Whether a step of which nothing is recorded may have been asked for.
    private func mayHaveStarted(_ step: Int) -> Bool {
        switch state {
        // What is stored of these is all there is.
        case .needsAttention, .stopped, .succeeded, .compensated: false
        case .moving(.backward, _), .paused(.backward): false
        case .moving(.forward, _), .paused(.forward):
            // Whoever drives it may have gone as far as the next decision that has to be stored.
            stepToExecute.map { ($0 < definition.pivot) == (step < definition.pivot) } ?? false
        }
    }
}
