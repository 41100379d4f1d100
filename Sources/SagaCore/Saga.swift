/// Decides what happens next in one saga.
///
///     running ──all steps done──▶ succeeded
///        │  refused, or given up, before the pivot was done
///        ▼
///     compensating ──all undone──▶ compensated
///
///     running, compensating ──limit reached──▶ needs attention ──resumed──▶ where it was
///     running, compensating ──paused──▶ paused ──resumed──▶ where it was
///     all but the ends ──stopped──▶ stopped
///
/// Pure: it sees no clock, no socket, no database, and random numbers come with the events. The
/// ``command`` is derived from the state alone, so whoever loads the state knows what to do.
/// After a crash the stored state may lag behind what was done; steps are idempotent, so the
/// saga repeats them, and if it has to turn round it undoes every step that may have been done.
package struct Saga: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case moving(Direction, rest: Duration?)
        case succeeded
        case compensated(because: Failure)
        case needsAttention(reason: String, Direction)
        case paused(Direction)
        case stopped(Direction)
    }

    package let definition: SagaDefinition
    package internal(set) var steps: [StepProgress]
    /// Rises with each claim; at least 1.
    package internal(set) var epoch: Int64
    /// Whether somebody else may have done more steps than are recorded here. Not stored: it
    /// follows from a claim.
    var mayHaveRunAhead = false
    var state: State

    /// A saga that has not begun. It must be stored before its command is carried out.
    package init(_ definition: SagaDefinition) {
        self.definition = definition
        self.steps = definition.steps.map { _ in StepProgress() }
        self.epoch = 1
        self.state = .moving(.forward(abort: nil), rest: nil)
        if definition.pivot == 0 { self.steps[0].status = .intentRecorded }
    }

    package var status: SagaStatus {
        switch state {
        case .moving(.forward, _): .running
        case .moving(.backward, _): .compensating
        case .succeeded: .succeeded
        case .compensated: .compensated
        case .needsAttention: .needsAttention
        case .paused: .paused
        case .stopped: .stopped
        }
    }

    /// Why it turns or turned round.
    package var failure: Failure? {
        switch state {
        case .moving(let direction, _), .needsAttention(_, let direction), .paused(let direction),
            .stopped(let direction):
            switch direction {
            case .forward(let abort): abort
            case .backward(let because): because
            }
        case .compensated(let because): because
        case .succeeded: nil
        }
    }

    /// Why an operator has to look.
    package var attention: String? {
        switch state {
        case .needsAttention(let reason, _): reason
        case .moving, .succeeded, .compensated, .paused, .stopped: nil
        }
    }

    /// Whether its first step was refused at the first try, so that nothing ever came of it.
    package var neverBegan: Bool {
        status == .compensated && steps[0].status == .failed && steps[0].attempts == 0
            && steps.dropFirst().allSatisfy { $0.status == .pending }
    }

    /// What the state calls for.
    package var command: Command {
        switch state {
        case .moving(_, let rest?): .wait(rest)
        case .moving(.forward, nil): executeNext
        case .moving(.backward, nil): compensateNext
        case .succeeded: .finished(.succeeded)
        case .compensated: .finished(.compensated)
        case .needsAttention(let reason, _): .attention(reason)
        case .paused: .hold
        case .stopped: .finished(.stopped)
        }
    }

    private var executeNext: Command {
        guard let first = stepToExecute else { return .finished(.succeeded) }
        // Once it is to turn round nothing new is begun: only what is in doubt is asked again.
        let onlyDoubts = failure != nil && stepInDoubt(alongside: first) != nil
        return .execute(
            definition.stage(of: first).compactMap { step in
                guard onlyDoubts ? steps[step].status == .inDoubt : isOpen(step) else { return nil }
                return StepAttempt(step: step, attempt: steps[step].attempts + 1)
            })
    }

    private var compensateNext: Command {
        guard let step = stepToCompensate else { return .finished(.compensated) }
        return .compensate(step: step, attempt: steps[step].compensationAttempts + 1)
    }

    /// The first step that is not done.
    var stepToExecute: Int? { steps.indices.first(where: isOpen) }

    /// Whether a step is still to be done.
    func isOpen(_ step: Int) -> Bool {
        switch steps[step].status {
        case .pending, .intentRecorded, .inDoubt: true
        case .succeeded, .failed, .compensating, .compensated, .skippedEmpty,
            .compensationFailed:
            false
        }
    }

    /// The first step of those in doubt that are done at the same time as the given one.
    func stepInDoubt(alongside step: Int) -> Int? {
        definition.stage(of: step).first { steps[$0].status == .inDoubt }
    }

    /// The last step that is to be undone.
    var stepToCompensate: Int? { steps.lastIndex { $0.status == .compensating } }

    /// Takes note of an event.
    ///
    /// A repeat, or a report that comes too late to matter, changes nothing: the command that is
    /// due already is returned again.
    ///
    /// - Throws: ``SagaError`` for what cannot have happened; the saga is then unchanged.
    package mutating func receive(_ event: Event) throws(SagaError) -> Transition {
        let durability: Transition.Durability =
            switch event {
            case .stepSucceeded(let step): try finish(step, as: .succeeded)
            case .stepSkipped(let step): try finish(step, as: .skippedEmpty)
            case .stepRefused(let step, let failure): try refuse(step, failure)
            case .stepUnknown(let step, let attempt, let error, let random):
                try retry(step, after: attempt, error: error, random: random)
            case .stepInDoubt(let step, let attempt, let random):
                try doubt(step, after: attempt, random: random)
            case .compensated(let step): try finishCompensation(of: step)
            case .compensationUnknown(let step, let attempt, let error, let random):
                try retryCompensation(of: step, after: attempt, error: error, random: random)
            case .compensationRefused(let step, let error):
                try refuseCompensation(of: step, error: error)
            case .deadlinePassed: abortIfPossible()
            case .waited: endRest()
            case .resumed: resume()
            case .paused: pause()
            case .retriedNow: retryNow()
            case .stopped: stop()
            case .resolved(let step): try resolve(step)
            case .compensationOrdered(let reason): orderCompensation(reason)
            case .claimed(let epoch): try beginTurn(epoch: epoch)
            }
        return Transition(durability: durability, command: command)
    }
}
