internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaRetryNow: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry-now",
        abstract: "Try at once, and as often as at first, what a saga rests for.",
        discussion: """
            Example:
              florin saga retry-now saga_... --reason "the ledger is back"

            \(ExitStatus.help)
            """)

    @OptionGroup var order: SagaOrderOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).retrySaga(
                SagaV1.RetrySagaRequest(
                    sagaID: self.order.saga, reason: self.order.reason),
                options: self.callOptions)
        }
        self.show(response, (response.saga ?? SagaV1.Saga()).record)
    }
}
