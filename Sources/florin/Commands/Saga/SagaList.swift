internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sagas, newest first.",
        discussion: """
            Examples:
              florin saga list --status needs_attention
              florin saga list --payment pi_...

            \(ExitStatus.help)
            """)

    @Option(help: "Only those in this state.") var status: SagaV1.SagaStatus?
    @Option(help: "process_payment, capture_payment, cancel_payment or refund_payment.")
    var kind: String = ""
    @Option(help: "Only of this payment.") var payment: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listSagas(
                SagaV1.ListSagasRequest(
                    page: self.page.request, status: self.status ?? .unspecified, kind: self.kind,
                    paymentID: self.payment),
                options: self.callOptions)
        }
        self.show(response, response.sagas.table + response.page.more)
    }
}
