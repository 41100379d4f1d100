import Identifiers
import SagaCore
import SagaEngine
import Synchronization

/// Answers as told, and remembers what it was asked: "begin", or "undo begin".
final class ScriptedExecutor: SagaExecutor {
    private struct State {
        var calls: [String] = []
        var epochs: [Int64] = []
        var outcomes: [String: [StepOutcome]] = [:]
        var undoings: [String: [CompensationOutcome]] = [:]
        var held: Set<SagaID> = []
    }

    private let state = Mutex(State())

    var calls: [String] { state.withLock { $0.calls } }
    var epochs: [Int64] { state.withLock { $0.epochs } }

    /// What the step answers, one after the other; success afterwards.
    func script(_ step: String, _ outcomes: StepOutcome...) {
        state.withLock { $0.outcomes[step, default: []] += outcomes }
    }

    func scriptUndoing(_ step: String, _ outcomes: CompensationOutcome...) {
        state.withLock { $0.undoings[step, default: []] += outcomes }
    }

    /// Steps of that saga do not answer until ``letGo(_:)``.
    func hold(_ id: SagaID) { state.withLock { _ = $0.held.insert(id) } }
    func letGo(_ id: SagaID) { state.withLock { _ = $0.held.remove(id) } }

    func execute(_ call: StepCall) async -> StepOutcome {
        let name = call.definition.name
        let outcome = state.withLock { state -> StepOutcome in
            state.calls.append(name)
            state.epochs.append(call.record.saga.epoch)
            guard state.outcomes[name]?.isEmpty == false else { return .succeeded(answer: [1]) }
            return state.outcomes[name]?.removeFirst() ?? .skipped
        }
        while state.withLock({ $0.held.contains(call.record.id) }), !Task.isCancelled {
            await Task.yield()
        }
        return outcome
    }

    func compensate(_ call: StepCall) async -> CompensationOutcome {
        let name = call.definition.name
        return state.withLock { state in
            state.calls.append("undo \(name)")
            guard state.undoings[name]?.isEmpty == false else { return .compensated }
            return state.undoings[name]?.removeFirst() ?? .compensated
        }
    }
}
