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
              florin saga list --step capture --older-than 5m --amount-from "100.00 USD"

            \(ExitStatus.help)
            """)

    @OptionGroup var filter: SagaFilterOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listSagas(
                try self.filter.request(self.page.request), options: self.callOptions)
        }
        self.show(response, response.sagas.table + response.page.more)
    }
}
