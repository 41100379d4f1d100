import SagaSimulation
import Testing

@Suite("Determinism", .timeLimit(.minutes(1)))
struct DeterminismTests {
    @Test("The same seed runs the same history")
    func sameSeed() throws {
        for seed in 0..<UInt64(60) {
            let first = Simulation.run(try .swarm(seed: seed), isVerbose: true)
            let second = Simulation.run(try .swarm(seed: seed), isVerbose: true)
            #expect(first.hash == second.hash && first.lines == second.lines, "seed \(seed)")
            #expect(first.steps == second.steps && first.faults == second.faults)
        }
    }

    @Test("A history does not depend on what runs beside it, nor on being written down")
    func sameBesideOthers() async throws {
        let alone = try (0..<UInt64(40)).map { Simulation.run(try .swarm(seed: $0)).hash }
        let together = try await withThrowingTaskGroup(of: (Int, UInt64).self) { group in
            for seed in alone.indices {
                group.addTask {
                    let plan = try SimulationPlan.swarm(seed: UInt64(seed))
                    return (seed, Simulation.run(plan, isVerbose: true).hash)
                }
            }
            var hashes = [UInt64](repeating: 0, count: alone.count)
            for try await (seed, hash) in group { hashes[seed] = hash }
            return hashes
        }
        #expect(together == alone)
    }

    @Test("Another seed runs another history")
    func otherSeeds() throws {
        let hashes = try (0..<UInt64(60)).map { Simulation.run(try .swarm(seed: $0)).hash }
        #expect(Set(hashes).count == 60)
    }
}
