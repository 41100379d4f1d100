internal import Identifiers
internal import SagaCore
internal import SagaEngine

/// What a caller is told whose saga never began.
struct SimulatedRefusal: Error {
    let saga: SagaID
}

/// Carries a process's calls to the participants over a network that loses, doubles and delays.
struct SimulatedExecutor: SagaExecutor {
    unowned let process: Process

    private var world: World { process.world }

    func execute(_ call: StepCall) async -> StepOutcome {
        guard let plan = world.plan(of: call.record.id) else { return .unknown("no plan") }
        if plan.steps[call.step].isSkipped { return .skipped }
        let attempt = call.record.saga.steps[call.step].attempts + 1
        switch await send(call, isCompensation: false, attempt: attempt) {
        case .done: return .succeeded(answer: [1])
        case .refused(let reason): return refused(call, reason)
        case .inDoubt:
            return world.canary == .doubtIsRefusal ? refused(call, "in_doubt") : .inDoubt
        case .staleEpoch: return .fenced
        case .nothingToUndo: return .unknown("nothing to undo")
        case .failed(let reason):
            switch world.canary {
            case .unknownIsRefusal: return refused(call, reason)
            case .unknownIsDone: return .succeeded(answer: [1])
            case .unknownIsSkipped: return .skipped
            default: return .unknown(reason)
            }
        }
    }

    func compensate(_ call: StepCall) async -> CompensationOutcome {
        let attempt = call.record.saga.steps[call.step].compensationAttempts + 1
        switch await send(call, isCompensation: true, attempt: attempt) {
        case .done, .nothingToUndo: return .compensated
        case .refused(let reason): return .refused(reason)
        case .inDoubt: return .unknown("in_doubt")
        case .staleEpoch: return .fenced
        case .failed(let reason):
            return world.canary == .unknownIsUndone ? .compensated : .unknown(reason)
        }
    }

    private func refused(_ call: StepCall, _ reason: String) -> StepOutcome {
        .refused(
            Failure(step: call.definition.name, code: reason), answer: [],
            error: SimulatedRefusal(saga: call.record.id))
    }

    private func send(_ call: StepCall, isCompensation: Bool, attempt: Int) async -> Answer {
        let request = Request(
            saga: call.record.id, step: call.step, isCompensation: isCompensation,
            epoch: call.record.saga.epoch, attempt: attempt)
        world.auditor.asked(request)
        await process.disturb(.before, at: request.place)
        let answer: Answer = await process.ask(ifDead: .failed("dead")) { reply in
            world.kernel.after(call.timeout) { reply(.failed("deadline_exceeded")) }
            world.network.carry(request) { reply($0) }
        }
        world.auditor.heard(answer, to: request)
        await process.disturb(.after, at: request.place)
        return answer
    }
}
