internal import Identifiers
internal import SagaCore
internal import SagaEngine

/// Wants one thing done, and asks with one key until it knows what became of it.
///
/// Unchecked: touched by the simulation's one thread alone, as its ``Kernel``.
final class Caller: @unchecked Sendable {
    unowned let world: World
    let number: Int
    let plan: SagaPlan
    /// Whether it has its answer.
    private(set) var isContent = false
    private var calls = 0

    init(world: World, number: Int, plan: SagaPlan) {
        self.world = world
        self.number = number
        self.plan = plan
    }

    func call() {
        guard !isContent, !world.isClosing else { return }
        calls += 1
        let call = calls
        guard let process = world.processForCaller(), let engine = process.engine else {
            return again(call, after: .milliseconds(300))
        }
        let record = world.newRecord(of: plan, number)
        world.callsUnderWay += 1
        Task(executorPreference: process.executor) { [self] in
            var answer: SagaAnswer?
            do {
                answer = try await engine.run(record, plan.key, patience: plan.patience)
            } catch {
                world.note("call failed", record.id, Int64(number))
            }
            world.callsUnderWay -= 1
            guard !process.isDead else { return }
            if let answer { world.auditor.answered(answer) }
            let isLost = world.faults.strikes(.answerLost, at: Place(.anywhere))
            world.kernel.after(.milliseconds(5)) { [self] in
                if let answer, !isLost { hear(answer) } else { again(call, after: .seconds(1)) }
            }
        }
        again(call, after: plan.patience + .seconds(5))
    }

    private func hear(_ answer: SagaAnswer) {
        switch answer {
        case .ended(let record):
            world.note("answered", record.id, Int64(number), "\(record.saga.status)")
            if record.saga.status.isFinal { isContent = true }
        case .neverBegan:
            world.note("answered", nil, Int64(number), "never began")
            isContent = true
        case .running, .missing:
            break
        }
    }

    /// Calls once more, unless it has heard by then or called already.
    private func again(_ call: Int, after delay: Duration) {
        world.kernel.after(delay) { [self] in
            if call == calls { self.call() }
        }
    }
}
