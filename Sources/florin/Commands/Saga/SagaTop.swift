internal import ArgumentParser
internal import Foundation
internal import Messages
internal import Stubs
internal import TLS

struct SagaTop: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "A live screen of throughput, latencies, states and the oldest saga.",
        discussion: """
            Ctrl-C ends it. --once prints one frame.

            Examples:
              florin saga top
              florin saga top --once --period 5m

            \(ExitStatus.help)
            """)

    @Flag(help: "Print one frame and end.") var once = false
    @Option(
        help: ArgumentHelp("How often to look.", valueName: "time"),
        transform: SystemOptions.duration)
    var every: Duration = .seconds(1)
    @Option(
        help: ArgumentHelp("What throughput and latencies are taken from.", valueName: "time"),
        transform: SystemOptions.duration)
    var period: Duration = .seconds(60)
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        try await self.withChannel(to: .orchestrator) { channel in
            let admin = SagaAdminServiceClient(channel)
            let request = SagaV1.WatchSagaStatsRequest(
                periodSeconds: max(1, self.period.components.seconds),
                intervalMs: self.every.milliseconds)
            repeat {
                let messages = try await admin.watchSagaStats(
                    request, options: self.callOptions.withoutLimit)
                for try await message in messages {
                    self.draw(message.stats ?? SagaV1.GetSagaStatsResponse())
                    guard self.once else { continue }
                    messages.cancel()
                    break
                }
                // The orchestrator shuts down: another may be there in a moment.
                if !self.once { try await Task.sleep(for: .seconds(1)) }
            } while !self.once
        }
    }

    private func draw(_ stats: SagaV1.GetSagaStatsResponse) {
        if self.system.output == .table, isatty(STDOUT_FILENO) == 1, !self.once {
            Console.write("\u{1b}[H\u{1b}[2J")
        }
        self.show(stats, stats.frame)
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        self.components.seconds * 1_000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}
