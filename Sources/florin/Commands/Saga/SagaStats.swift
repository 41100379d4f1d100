internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaStats: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count sagas by kind and state, and tell how long they took.",
        discussion: """
            What has ended is counted if it ended within the period.

            Example:
              florin saga stats --period 1h

            \(ExitStatus.help)
            """)

    @Option(
        help: ArgumentHelp("Back to when: 60s, 1h, at most 1d.", valueName: "time"),
        transform: SystemOptions.duration)
    var period: Duration = .seconds(60)
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).getSagaStats(
                SagaV1.GetSagaStatsRequest(periodSeconds: max(1, self.period.components.seconds)),
                options: self.callOptions)
        }
        self.show(response, response.text)
    }
}
