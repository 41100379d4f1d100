internal import ArgumentParser
internal import Foundation
internal import SagaSimulation

/// Runs the saga engine in simulated worlds, and fails if a rule is broken in one of them.
@main
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "florin-simulate",
        abstract: "Runs the saga engine in simulated worlds: docs/simulation.md.")

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 10_000

    @Option(help: "The first of them.")
    var from: UInt64 = 0

    @Option(help: "Run this seed only, and tell all that happens.")
    var seed: UInt64?

    @Option(help: "Run this script of faults only, and tell all that happens.")
    var script: FaultScript?

    @Option(help: "Plant this bug in the one history that is run.")
    var canary: Canary?

    @Option(help: "Where to write the figures.")
    var output: String?

    func run() async throws {
        if let plan = try planOfOne {
            try replay(plan)
        } else {
            let report = try await Report(seeds: from..<(from + seeds))
            print(report)
            if let output { try report.write(to: URL(filePath: output)) }
            guard report.isGood else { throw ExitCode.failure }
        }
    }

    private var planOfOne: SimulationPlan? {
        get throws {
            if let seed { return try .swarm(seed: seed) }
            return try script.map { try .scripted($0.faults, refusing: $0.refusing) }
        }
    }

    private func replay(_ plan: SimulationPlan) throws {
        let result = Simulation.run(plan, canary: canary, isVerbose: true)
        for line in result.lines { print(line) }
        print("history \(String(result.hash, radix: 16)), \(result.steps) steps")
        for violation in result.violations { print("VIOLATION \(violation)") }
        guard result.violations.isEmpty else { throw ExitCode.failure }
    }
}

extension Canary: ExpressibleByArgument {}
extension FaultScript: ExpressibleByArgument {}
