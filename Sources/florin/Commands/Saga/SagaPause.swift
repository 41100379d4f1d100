internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaPause: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hold a saga, at the latest before its next decision.",
        discussion: """
            Example:
              florin saga pause saga_... --reason "looking at the acquirer"

            \(ExitStatus.help)
            """)

    @OptionGroup var order: SagaOrderOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).pauseSaga(
                SagaV1.PauseSagaRequest(
                    sagaID: self.order.saga, reason: self.order.reason),
                options: self.callOptions)
        }
        let saga = response.saga ?? SagaV1.Saga()
        self.show(response, "\(saga.record)\n\n\(response.effects.table)")
    }
}
