internal import Foundation
internal import SagaCore
internal import SagaSimulation

/// Everything that `make simulate` finds out.
struct Report {
    /// A canary is given up when this many histories have not caught it.
    private static let canarySeeds: UInt64 = 3_000

    let swarm: Tally
    let swarmTime: Duration
    let singles: Tally
    let pairs: Tally
    /// By canary, the first seed that catches it.
    let catches: [(canary: Canary, seed: UInt64?)]

    init(seeds: Range<UInt64>) async throws {
        let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let clock = ContinuousClock()
        let start = clock.now
        self.swarm = try await Campaign.swarm(seeds, workers: workers)
        self.swarmTime = clock.now - start
        self.singles = try await Campaign.run(FaultScript.singles, workers: workers)
        self.pairs = try await Campaign.run(FaultScript.pairs, workers: workers)
        self.catches = try Canary.allCases.map { canary in
            (canary, try Campaign.firstSeed(catching: canary, among: 0..<Self.canarySeeds))
        }
    }

    var seedsPerSecond: Double {
        let seconds = swarmTime / .seconds(1)
        return seconds > 0 ? (Double(swarm.histories) / seconds).rounded() : 0
    }

    var failures: [Tally.Failure] { swarm.failures + singles.failures + pairs.failures }
    var caughtCount: Int { catches.filter { $0.seed != nil }.count }
    var isGood: Bool { failures.isEmpty && caughtCount == catches.count }
}

// MARK: - For people

extension Report: CustomStringConvertible {
    var description: String {
        var lines = [
            "seeds             \(swarm.histories), \(Int(seedsPerSecond)) a second",
            "single faults     \(singles.histories) histories",
            "pairs of faults   \(pairs.histories) histories",
            "sagas             \(ends)",
            "canaries caught   \(caughtCount) of \(catches.count)",
            "faults injected",
        ]
        for (name, count) in faults.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name.padding(toLength: 16, withPad: " ", startingAt: 0))\(count)")
        }
        for (canary, seed) in catches where seed == nil {
            lines.append("NOT CAUGHT \(canary.rawValue)")
        }
        for failure in failures.prefix(20) {
            lines.append("VIOLATION \(failure.violations[0])")
            lines.append("  again: \(failure.replay)")
        }
        if failures.count > 20 { lines.append("and \(failures.count - 20) more") }
        return lines.joined(separator: "\n")
    }

    private var ends: String {
        let ended = SagaStatus.allCases.compactMap { status in
            swarm.ends[status].map { "\($0) \(status.rawValue)" }
        }
        return (ended + ["\(swarm.neverBegan) never began", "\(swarm.resumed) times resumed"])
            .joined(separator: ", ")
    }

    private var faults: [String: Int] {
        Dictionary(uniqueKeysWithValues: swarm.faults.map { ($0.key.rawValue, $0.value) })
    }
}

// MARK: - For programs

extension Report {
    private struct Figures: Encodable {
        let seeds: Int
        let seedsPerSecond: Double
        let singles: Int
        let pairs: Int
        let faults: [String: Int]
        let sagas: [String: Int]
        let neverBegan: Int
        let resumed: Int
        let canaries: [String: UInt64?]
        let violations: [String]
    }

    func write(to file: URL) throws {
        let figures = Figures(
            seeds: swarm.histories, seedsPerSecond: seedsPerSecond, singles: singles.histories,
            pairs: pairs.histories, faults: faults,
            sagas: Dictionary(
                uniqueKeysWithValues: swarm.ends.map { ($0.key.rawValue, $0.value) }),
            neverBegan: swarm.neverBegan, resumed: swarm.resumed,
            canaries: Dictionary(
                uniqueKeysWithValues: catches.map { ($0.canary.rawValue, $0.seed) }),
            violations: failures.map { "\($0.violations): \($0.replay)" })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try encoder.encode(figures).write(to: file)
    }
}
