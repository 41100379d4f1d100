internal import SagaCore
internal import SagaEngine

/// What is to be simulated.
package struct SimulationPlan: Sendable {
    package let seed: UInt64
    let engines: Int
    let configuration: EngineConfiguration
    let sagas: [SagaPlan]
    let faults: FaultPlan
    /// How long things go wrong.
    let trouble: Duration

    /// A few sagas of chance shapes on a few engines. Half of the faults happen at all, each at a
    /// rate of its own: few faults alone reach what many at once hide.
    package static func swarm(seed: UInt64) throws -> SimulationPlan {
        var random = SeededRandom(seed: seed)
        var rates: [Fault: UInt32] = [:]
        for fault in Fault.allCases where random.chance(400) {
            rates[fault] = fault.levels[random.number(0...fault.levels.count - 1)]
        }
        let theme = Theme.random(&random)
        rates.merge(theme.rates) { $1 }
        let leases: [Duration] = [.seconds(2), .seconds(4), .seconds(10)]
        let configuration = EngineConfiguration(
            lease: leases[random.number(0...2)], concurrency: random.chance(200) ? 1 : 2_048,
            sweepInterval: random.milliseconds(300...2_000),
            longestRestInMemory: random.milliseconds(100...2_000),
            pollInterval: .milliseconds(500))
        var sagas: [SagaPlan] = []
        for number in 0..<random.number(1...4) {
            sagas.append(try .random(number: number, refusals: theme.refusals, &random))
        }
        return SimulationPlan(
            seed: seed, engines: random.number(1...3), configuration: configuration, sagas: sagas,
            faults: .rates(rates), trouble: random.milliseconds(5_000...40_000))
    }

    /// One saga of five steps on two engines, and exactly these faults.
    package static func scripted(
        _ faults: [ScriptedFault], refusing refused: Int?, seed: UInt64 = 1
    ) throws -> SimulationPlan {
        SimulationPlan(
            seed: seed, engines: 2,
            configuration: EngineConfiguration(
                lease: .seconds(4), concurrency: 2_048, sweepInterval: .seconds(1),
                longestRestInMemory: .seconds(1), pollInterval: .milliseconds(500)),
            sagas: [try .fixed(number: 0, refusing: refused)], faults: .script(faults),
            trouble: .seconds(12))
    }
}
