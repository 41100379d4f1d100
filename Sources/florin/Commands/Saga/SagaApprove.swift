internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaApprove: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve what another operator has requested; it is done at once.",
        discussion: """
            It takes another operator than the one who requested it. An adjustment of the books \
            whose outcome was not learned can be approved again: it is made once.

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
        let request = response.request ?? SagaV1.OperatorRequest()
        guard request.action != .adjust else {
            let id = response.transferID.map { "\($0.uuid)" } ?? ""
            return self.show(response, "\(request.record)\n\nmade, as transfer \(id)")
        }
        let saga = response.saga ?? SagaV1.Saga()
        var text = request.record + "\n\n" + saga.record
        if request.action == .resolve {
            text +=
                response.checkedByQuery
                ? "\n\nThe acquirer itself says the same."
                : "\n\nThe acquirer gave no answer: the evidence was taken."
        }
        self.show(response, "\(text)\n\nthis stands:\n\(response.effects.table)")
    }
}
