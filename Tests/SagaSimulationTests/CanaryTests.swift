import SagaSimulation
import Testing

/// The simulation is worth as much as the bugs that it finds: it has to find each of these.
@Suite("Canaries", .timeLimit(.minutes(2)))
struct CanaryTests {
    @Test("A planted bug is caught", arguments: Canary.allCases)
    func caught(_ canary: Canary) throws {
        let seed = try Campaign.firstSeed(catching: canary, among: 0..<1_500)
        let found = try #require(seed, "\(canary) sings no more")
        #expect(Simulation.run(try .swarm(seed: found)).violations.isEmpty, "without the bug")
    }
}
