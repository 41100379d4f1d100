internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaHistory: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show a saga as a timeline: durations, attempts and compensations.",
        discussion: """
            Example:
              florin saga history saga_...

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The saga.", valueName: "saga_...")) var saga: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).showSaga(
                SagaV1.ShowSagaRequest(sagaID: self.saga), options: self.callOptions)
        }
        let saga = response.saga ?? SagaV1.Saga()
        self.show(
            response,
            [saga.record, saga.durations, response.events.timeline(from: saga.createdAtUs)]
                .joined(separator: "\n\n"))
    }
}
