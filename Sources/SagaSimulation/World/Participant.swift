internal import Identifiers
internal import SagaCore

/// What a process asks of a participant.
struct Request: Hashable, Sendable {
    let saga: SagaID
    let step: Int
    let isCompensation: Bool
    let epoch: Int64
    let attempt: Int

    var place: Place { Place(isCompensation ? .compensation : .action, step) }
}

/// What a participant says.
enum Answer: Hashable, Sendable {
    case done
    /// Undone: there was nothing to undo.
    case nothingToUndo
    case refused(String)
    case inDoubt
    /// It may have been done.
    case failed(String)
    case staleEpoch
}

/// Does steps and undoes them, each once, by the rules of the fence and the operation barrier.
///
/// Even steps are done by one participant and odd ones by another: each has its own fence.
final class Participant {
    struct Key: Hashable {
        let saga: SagaID
        let step: Int
    }

    /// A row of the barrier.
    struct Row {
        var wroteCompensation: Bool
        /// Missing while the acquirer has not answered.
        var answer: Answer?
    }

    unowned let world: World
    var fences: [SagaID: Int64] = [:]
    var actions: [Key: Row] = [:]
    var compensations: [Key: Row] = [:]
    var isDown = false
    /// The attempts that were refused without a reason in the plan.
    private var refused: Set<Request> = []

    init(world: World) { self.world = world }

    private enum Arrival {
        case fresh, nothingToUndo, unfinished, blocked
        case answered(Answer)
    }

    /// - Parameter respond: Told what the participant says, at once or later.
    func handle(_ request: Request, _ respond: @escaping (Answer) -> Void) {
        let key = Key(saga: request.saga, step: request.step)
        let fence = fences[request.saga] ?? 0
        guard request.epoch >= fence || world.canary == .participantWithoutFence else {
            return respond(.staleEpoch)
        }
        if world.faults.strikes(.notDone, at: request.place) {
            if world.canary == .answerBeforeCommit { return respond(.done) }
            return respond(.failed("not committed"))
        }
        let arrival = arrival(of: request, key)
        if case .fresh = arrival, let reason = refusal(of: request) {
            // Nothing of it is kept, the fence neither.
            return respond(.refused(reason))
        }
        fences[request.saga] = max(fence, request.epoch)
        world.auditor.admitted(request, by: request.step % 2)
        let isLost = world.faults.strikes(.doneButError, at: request.place)
        take(arrival, request, key) { answer in
            respond(isLost ? .failed("commit outcome unknown") : answer)
        }
    }

    private func take(
        _ arrival: Arrival, _ request: Request, _ key: Key, _ respond: @escaping (Answer) -> Void
    ) {
        switch arrival {
        case .answered(let answer):
            respond(answer)
        case .blocked:
            respond(.refused("operation_blocked"))
        case .nothingToUndo:
            actions[key] = Row(wroteCompensation: true)
            compensations[key] = Row(wroteCompensation: true, answer: .nothingToUndo)
            respond(.nothingToUndo)
        case .fresh:
            begin(request, key)
            carryOut(request, key, respond)
        case .unfinished:
            carryOut(request, key, respond)
        }
    }

    private func arrival(of request: Request, _ key: Key) -> Arrival {
        let (action, compensation) = (actions[key], compensations[key])
        if request.isCompensation {
            if let compensation { return compensation.answer.map(Arrival.answered) ?? .unfinished }
            if action == nil, world.canary == .emptyCompensation { return .fresh }
            return action == nil ? .nothingToUndo : .fresh
        }
        if world.canary == .noBarrier { return .fresh }
        guard let action else { return .fresh }
        if action.wroteCompensation {
            return world.canary == .noTombstone ? .fresh : .blocked
        }
        if let answer = action.answer { return .answered(answer) }
        return compensation == nil || world.canary == .noTombstone ? .unfinished : .blocked
    }

    /// A repeat of the same attempt is refused again; another attempt may not be. A pivot's refusal
    /// and an acquirer's stand.
    private func refusal(of request: Request) -> String? {
        guard !request.isCompensation, let plan = world.plan(of: request.saga) else { return nil }
        let isPivot = request.step == plan.definition.pivot
        if refused.contains(request) { return "refused_once" }
        if !isPivot, world.faults.strikes(.refused, at: request.place) {
            refused.insert(request)
            return "refused_once"
        }
        let step = plan.steps[request.step]
        guard !step.isExternal else { return nil }
        let chance = SeededRandom.hash(
            world.seed, request.saga.uuid.low, UInt64(request.step),
            isPivot ? 0 : UInt64(request.epoch), isPivot ? 0 : UInt64(request.attempt))
        return chance % 1000 < UInt64(step.refusals) ? "declined" : nil
    }

    private func begin(_ request: Request, _ key: Key) {
        if request.isCompensation {
            compensations[key] = Row(wroteCompensation: true)
        } else {
            actions[key] = Row(wroteCompensation: false)
        }
    }

    private func carryOut(
        _ request: Request, _ key: Key, _ respond: @escaping (Answer) -> Void
    ) {
        if request.isCompensation, world.canary == .compensationSkipped {
            compensations[key]?.answer = .done
            return respond(.done)
        }
        guard world.plan(of: request.saga)?.steps[request.step].isExternal == true else {
            if request.isCompensation {
                world.auditor.undid(key)
            } else {
                world.auditor.did(key)
            }
            return finish(request, key, with: .done, respond)
        }
        // It waits for the acquirer for a while, and then does not know.
        let reply = Once(respond)
        world.kernel.after(.seconds(2)) {
            reply(request.isCompensation ? .failed("in_doubt") : .inDoubt)
        }
        world.acquirer.ask(request, key) { [self] answer in
            finish(request, key, with: answer) { reply($0) }
        }
    }

    /// The first to finish decides.
    private func finish(
        _ request: Request, _ key: Key, with answer: Answer, _ respond: (Answer) -> Void
    ) {
        if request.isCompensation {
            let first = compensations[key]?.answer ?? answer
            compensations[key]?.answer = first
            respond(first)
        } else if compensations[key] != nil, actions[key]?.answer == nil,
            world.canary != .noTombstone
        {
            respond(.refused("operation_blocked"))
        } else {
            let first = actions[key]?.answer ?? answer
            actions[key]?.answer = first
            respond(first)
        }
    }
}

/// Passes on the first answer only.
private final class Once {
    private var respond: ((Answer) -> Void)?

    init(_ respond: @escaping (Answer) -> Void) { self.respond = respond }

    func callAsFunction(_ answer: Answer) {
        respond?(answer)
        respond = nil
    }
}
