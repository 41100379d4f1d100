internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaStop: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Ask that a saga ends where it stands, and tell which effects remain.",
        discussion: """
            Nothing happens until another operator approves. What remains then has to be put right \
            by hand: compensate instead where that is possible.

            Example:
              florin saga stop saga_... --reason "the acquirer has closed the account"

            \(ExitStatus.help)
            """)

    @OptionGroup var order: SagaOrderOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).stopSaga(
                SagaV1.StopSagaRequest(sagaID: self.order.saga, reason: self.order.reason),
                options: self.callOptions)
        }
        let request = response.request ?? SagaV1.OperatorRequest()
        self.show(
            response,
            "\(request.record)\n\nif stopped now, this remains:\n\(response.effects.table)")
    }
}
