/// Many simulations, as many at once as there are workers. Each is a world of its own.
package enum Campaign {
    package static func swarm(_ seeds: Range<UInt64>, workers: Int) async throws -> Tally {
        try await share(Array(seeds), workers) { seed, tally in
            tally.add(Simulation.run(try .swarm(seed: seed)), replay: "make simulate SEED=\(seed)")
        }
    }

    package static func run(_ scripts: [FaultScript], workers: Int) async throws -> Tally {
        try await share(scripts, workers) { script, tally in
            let plan = try SimulationPlan.scripted(script.faults, refusing: script.refusing)
            tally.add(Simulation.run(plan), replay: "make simulate SCRIPT=\(script)")
        }
    }

    /// The first seed in whose history the planted bug breaks a rule; `nil` if none does.
    ///
    /// Without the bug the same seeds must break none: that is ``swarm(_:workers:)``'s to show.
    package static func firstSeed(
        catching canary: Canary, among seeds: Range<UInt64>
    ) throws -> UInt64? {
        for seed in seeds
        where !Simulation.run(try .swarm(seed: seed), canary: canary).violations.isEmpty {
            return seed
        }
        return nil
    }

    private static func share<Item: Sendable>(
        _ items: [Item], _ workers: Int,
        _ work: @escaping @Sendable (Item, inout Tally) throws -> Void
    ) async throws -> Tally {
        try await withThrowingTaskGroup(of: Tally.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var tally = Tally()
                    for index in stride(from: worker, to: items.count, by: workers) {
                        try work(items[index], &tally)
                    }
                    return tally
                }
            }
            var sum = Tally()
            for try await tally in group { sum.add(tally) }
            return sum
        }
    }
}
