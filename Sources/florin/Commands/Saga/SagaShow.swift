internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaShow: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a saga's steps and all that happened in it.",
        discussion: """
            Example:
              florin saga show saga_...

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
        let parts = [
            saga.record, saga.steps.table, response.events.table,
            "this stands:\n" + response.effects.table,
        ]
        self.show(response, parts.joined(separator: "\n\n"))
    }
}
