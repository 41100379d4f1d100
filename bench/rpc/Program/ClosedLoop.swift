internal import ArgumentParser
internal import BenchMessages
internal import Foundation
internal import RPC

struct ClosedLoop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keeps a number of echo calls in flight.")

    @OptionGroup var connecting: Connecting

    @Option(help: "Calls in flight.")
    var callers = 64

    @Option(help: "Connections they share.")
    var connections = 1

    @Option(help: "How long to measure, after a tenth of it unmeasured.")
    var seconds = 3.0

    func run() async throws {
        let (clients, executor) = try self.connecting.open(self.connections)
        let cpu = ProcessTime.now
        let outcome = try await Self.run(
            clients, executor, callers: self.callers, duration: .seconds(self.seconds)
        ) { try await Self.echo($0) }
        try BenchRPC.printJSON(
            Line(outcome, seconds: self.seconds, processTime: ProcessTime.now - cpu))
    }

    /// What one closed loop came to.
    struct Outcome: Sendable {
        var latencies = Histogram()
        /// The unmeasured ones included.
        var allCalls = 0
    }

    /// Calls from `callers` tasks, each as soon as its last call was answered; the first error ends
    /// all. What ends later than `duration` after the start counts as well: it was begun before.
    static func run(
        _ clients: [RPCClient], _ executor: EventLoopExecutor, callers: Int, duration: Duration,
        _ call: @escaping @Sendable (EchoServiceClient) async throws -> Void
    ) async throws -> Outcome {
        let start = ContinuousClock.now + duration / 10
        let end = start + duration
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            for caller in 0..<callers {
                let client = EchoServiceClient(clients[caller % clients.count])
                group.addTask(executorPreference: executor) {
                    var outcome = Outcome()
                    var begun = ContinuousClock.now
                    while begun < end {
                        try await call(client)
                        let now = ContinuousClock.now
                        if begun >= start { outcome.latencies.record(begun.duration(to: now)) }
                        outcome.allCalls += 1
                        begun = now
                    }
                    return outcome
                }
            }
            return try await group.reduce(into: Outcome()) { sum, outcome in
                sum.latencies.add(outcome.latencies)
                sum.allCalls += outcome.allCalls
            }
        }
    }

    /// 98 bytes make a message of 100.
    private static let payload = [UInt8](repeating: UInt8(ascii: "x"), count: 98)

    static func echo(_ client: EchoServiceClient) async throws {
        let response = try await client.echo(
            BenchV1.EchoRequest(payload: Self.payload), options: .bench())
        guard response.payload.count == Self.payload.count else {
            throw ValidationError("the answer has \(response.payload.count) bytes")
        }
    }

    private struct Line: Encodable {
        let calls_per_s: Double
        let p50_us: Double
        let p99_us: Double
        let calls: Int
        let all_calls: Int
        let cpu_us: Int64

        init(_ outcome: Outcome, seconds: Double, processTime: Duration) {
            self.calls_per_s = Double(outcome.latencies.count) / seconds
            self.p50_us = outcome.latencies.microseconds(0.5)
            self.p99_us = outcome.latencies.microseconds(0.99)
            self.calls = outcome.latencies.count
            self.all_calls = outcome.allCalls
            self.cpu_us = Int64(processTime / .microseconds(1))
        }
    }
}

extension BenchRPC {
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        Self.printLine(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// User and system time of this process so far.
enum ProcessTime {
    static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
