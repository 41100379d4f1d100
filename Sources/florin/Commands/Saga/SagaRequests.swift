internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaRequests: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "List what waits for another operator's approval, newest first.",
        discussion: """
            Examples:
              florin saga requests
              florin saga requests --all

            \(ExitStatus.help)
            """)

    @Flag(help: "Also those that are approved or expired.") var all = false
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listRequests(
                SagaV1.ListRequestsRequest(page: self.page.request, includeClosed: self.all),
                options: self.callOptions)
        }
        self.show(response, response.requests.table + response.page.more)
    }
}
