internal import Identifiers
package import SagaCore
internal import SagaEngine

/// How one simulation went.
package struct SimulationResult: Sendable {
    package let seed: UInt64
    /// Equal for equal histories.
    package let hash: UInt64
    package let violations: [Violation]
    package let faults: [Fault: Int]
    /// How the sagas ended; those that never began are not among them.
    package let ends: [SagaStatus: Int]
    package let neverBegan: Int
    /// How often a saga came to need an operator, and was resumed.
    package let resumed: Int
    /// How much happened.
    package let steps: Int
    /// What happened, if that was asked for.
    package let lines: [String]
}

/// Runs one history from its beginning to its end.
package enum Simulation {
    /// Far more than the longest history takes.
    private static let stepLimit = 200_000
    private static let healingTime = Duration.seconds(600)

    package static func run(
        _ plan: SimulationPlan, canary: Canary? = nil, isVerbose: Bool = false
    ) -> SimulationResult {
        let world = World(plan, canary: canary, isVerbose: isVerbose)
        begin(world)
        let healing = world.kernel.now + plan.trouble
        run(world) { world.kernel.now >= healing }
        guard world.auditor.violations.isEmpty else { return abandon(world) }
        world.heal()
        let limit = world.kernel.now + healingTime
        operate(world)
        run(world) { world.isAtRest || world.kernel.now >= limit }
        guard world.auditor.violations.isEmpty else { return abandon(world) }
        world.close()
        run(world) { false }
        guard world.auditor.violations.isEmpty else { return abandon(world) }
        let stored = world.database.rows.mapValues(\.record)
        world.auditor.close(stored)
        if !world.callers.allSatisfy(\.isContent) {
            world.auditor.report(.nothingStuck, "a caller has no answer")
        }
        return result(of: world, stored)
    }

    private static func begin(_ world: World) {
        for slot in 0..<world.plan.engines { world.startProcess(in: slot) }
        for caller in world.callers {
            world.kernel.after(caller.plan.startsAfter) { caller.call() }
        }
        world.kernel.after(.milliseconds(500)) { Troubles.strike(world) }
    }

    private static func run(_ world: World, until isOver: () -> Bool) {
        while world.auditor.violations.isEmpty, !isOver() {
            guard world.kernel.stepCount < stepLimit else {
                return world.auditor.report(.nothingStuck, "it goes on and on")
            }
            guard world.kernel.step() else { return }
        }
    }

    /// A rule is broken: nothing after it counts.
    private static func abandon(_ world: World) -> SimulationResult {
        world.kill()
        while world.kernel.step() {}
        return result(of: world, [:])
    }

    /// Once all is mended an operator resumes whatever needs attention.
    private static func operate(_ world: World) {
        for row in world.database.rows.values.sorted(by: { $0.record.id < $1.record.id })
        where row.record.saga.status == .needsAttention {
            world.database.resume(row.record.id)
        }
        guard !world.isAtRest, !world.isClosing else { return }
        world.kernel.after(.seconds(1)) { operate(world) }
    }

    private static func result(
        of world: World, _ stored: [SagaID: SagaRecord]
    ) -> SimulationResult {
        var ends: [SagaStatus: Int] = [:]
        for record in stored.values { ends[record.saga.status, default: 0] += 1 }
        return SimulationResult(
            seed: world.seed, hash: world.trace.hash, violations: world.auditor.violations,
            faults: world.faults.counts, ends: ends, neverBegan: world.auditor.discardedCount,
            resumed: world.auditor.attentionCount, steps: world.kernel.stepCount,
            lines: world.trace.lines)
    }
}

extension World {
    /// Whether every caller has its answer and every saga its end, and no start is on its way.
    fileprivate var isAtRest: Bool {
        callsUnderWay == 0 && statementsUnderWay == 0 && callers.allSatisfy(\.isContent)
            && database.rows.values.allSatisfy { $0.record.saga.status.isFinal }
    }
}
