internal import ArgumentParser
internal import BenchMessages
internal import Foundation
internal import RPC

struct Overload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks for ten times what the server can do, then for less than it can.",
        discussion: """
            Calls a method that computes for a millisecond. The peak is what a closed loop of 64 \
            callers gets. After it, calls begin at a fixed rate, whether or not the ones before \
            have ended: ten times the peak, then 0.8 of it.
            """)

    @OptionGroup var connecting: Connecting

    @Option(help: "Connections that the calls share.")
    var connections = 4

    @Option(help: "How long the overload lasts; the peak is measured for a third of it.")
    var seconds = 10.0

    /// After it nobody waits for the answer.
    private static let timeout = Duration.seconds(1)
    private static let work = BenchV1.WorkRequest(durationUs: 1000)

    func run() async throws {
        let (clients, executor) = try self.connecting.open(self.connections)
        let peak = try await ClosedLoop.run(
            clients, executor, callers: 64, duration: .seconds(self.seconds / 3)
        ) { client in
            _ = try await untilTaken { try await client.work(Self.work, options: .bench()) }
        }
        let capacity = Double(peak.latencies.count) / (self.seconds / 3)

        let loop = OpenLoop(clients: clients, executor: executor) { client in
            _ = try await client.work(Self.work, options: .bench(timeout: Self.timeout))
        }
        // The second begins where the first stops offering, whatever of it is still under way.
        async let overload = loop.run(rate: capacity * 10, duration: .seconds(self.seconds))
        try await Task.sleep(for: .seconds(self.seconds))
        let after = await loop.run(rate: capacity * 0.8, duration: .seconds(self.seconds))
        try BenchRPC.printJSON(Line(peak, capacity, overload: await overload, after: after))
    }

    private struct Line: Encodable {
        let peak_per_s: Double
        let peak_p99_us: Double
        let offered_per_s: Double
        let goodput_per_s: Double
        let goodput_ratio: Double
        let accepted_p99_us: Double
        let accepted_p99_ratio: Double
        let refused: Int
        let timed_out: Int
        let failed: Int
        /// Without it, the server did not recover while it was watched.
        let recovery_s: Double?

        init(
            _ peak: ClosedLoop.Outcome, _ capacity: Double, overload: OpenLoop.Outcome,
            after: OpenLoop.Outcome
        ) {
            self.peak_per_s = capacity
            self.peak_p99_us = peak.latencies.microseconds(0.99)
            self.offered_per_s = overload.perSecond(overload.offered)
            self.goodput_per_s = overload.perSecond(overload.latencies.count)
            self.goodput_ratio = self.goodput_per_s / capacity
            self.accepted_p99_us = overload.latencies.microseconds(0.99)
            self.accepted_p99_ratio = self.accepted_p99_us / self.peak_p99_us
            self.refused = overload.refused
            self.timed_out = overload.timedOut
            self.failed = overload.failed
            self.recovery_s = after.recovery.map { $0 / .seconds(1) }
        }
    }
}
