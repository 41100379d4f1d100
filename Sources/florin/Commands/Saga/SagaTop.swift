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
            repeat {
                let stats = try await admin.getSagaStats(
                    SagaV1.GetSagaStatsRequest(
                        periodSeconds: max(1, self.period.components.seconds)),
                    options: self.callOptions)
                if self.system.output == .table, isatty(STDOUT_FILENO) == 1, !self.once {
                    Console.write("\u{1b}[H\u{1b}[2J")
                }
                self.show(stats, stats.frame)
                if !self.once { try await Task.sleep(for: self.every) }
            } while !self.once
        }
    }
}
