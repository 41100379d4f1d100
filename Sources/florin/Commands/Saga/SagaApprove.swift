internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaApprove: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve what another operator has requested; it is done at once.",
        discussion: """
            It takes another certificate than the one that requested it.

            Example:
              florin saga approve req_... --certificates ~/operator

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The request.", valueName: "req_...")) var request: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).approveRequest(
                SagaV1.ApproveRequestRequest(requestID: self.request), options: self.callOptions)
        }
        let saga = response.saga ?? SagaV1.Saga()
        var text = (response.request ?? SagaV1.OperatorRequest()).record + "\n\n" + saga.record
        if response.request?.action == .resolve {
            text +=
                response.checkedByQuery
                ? "\n\nThe acquirer itself says the same."
                : "\n\nThe acquirer gave no answer: the evidence was taken."
        }
        self.show(response, "\(text)\n\nthis stands:\n\(response.effects.table)")
    }
}
