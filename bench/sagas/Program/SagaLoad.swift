internal import ArgumentParser
internal import Foundation
internal import Identifiers
internal import Logging
internal import OrchestratorService
internal import Postgres

@main
struct SagaLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "florin-bench-sagas",
        abstract: "Runs sagas of five steps without effects, and prints how many as JSON.")

    @Option(help: "How many sagas are under way at once.") var inFlight = 64
    @Option(help: "For so many seconds.") var seconds = 5

    func run() async throws {
        guard let dsn = ProcessInfo.processInfo.environment["FLORIN_DATABASE_DSN"] else {
            throw ValidationError(
                "set FLORIN_DATABASE_DSN to a database with the orchestrator's schema")
        }
        let logger = Logger(label: "bench")
        let database = try PostgresPool(
            configuration: PostgresConfiguration(dsn: dsn), logger: logger)
        let sagas = try PlainSagas(
            database: database, clock: SystemClock(), identifiers: SystemIdentifierSource(),
            logger: logger)
        let began = ContinuousClock.now
        let latencies = try await sagas.running { try await self.load(sagas) }.sorted()
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        await database.close()
        guard let last = latencies.last else { throw ExitCode.failure }
        let report = [
            "sagas": Double(latencies.count), "sagas_per_s": Double(latencies.count) / seconds,
            "p50_ms": latencies[latencies.count / 2], "max_ms": last,
        ]
        let json = try JSONSerialization.data(withJSONObject: report, options: .sortedKeys)
        print(String(decoding: json, as: UTF8.self))
    }

    /// - Returns: How long each saga took, in milliseconds.
    private func load(_ sagas: PlainSagas) async throws -> [Double] {
        let end = ContinuousClock.now + .seconds(self.seconds)
        return try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<self.inFlight {
                group.addTask {
                    var latencies: [Double] = []
                    while ContinuousClock.now < end {
                        let began = ContinuousClock.now
                        guard try await sagas.runOne() else { throw ExitCode.failure }
                        latencies.append((ContinuousClock.now - began) / .milliseconds(1))
                    }
                    return latencies
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}
