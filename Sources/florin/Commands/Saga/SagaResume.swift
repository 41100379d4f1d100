internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaResume: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a saga go on that is paused or needs attention.",
        discussion: """
            Example:
              florin saga resume saga_... --reason "the acquirer answers again"

            \(ExitStatus.help)
            """)

    @OptionGroup var order: SagaOrderOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).resumeSaga(
                SagaV1.ResumeSagaRequest(
                    sagaID: self.order.saga, reason: self.order.reason),
                options: self.callOptions)
        }
        self.show(response, (response.saga ?? SagaV1.Saga()).record)
    }
}
