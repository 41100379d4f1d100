internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaDefinitions: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "definitions",
        abstract: "Show the plans that sagas follow: steps, kinds and retries.",
        discussion: """
            Example:
              florin saga definitions

            \(ExitStatus.help)
            """)

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            try await SagaAdminServiceClient(channel).listDefinitions(
                SagaV1.ListDefinitionsRequest(), options: self.callOptions)
        }
        self.show(response, response.definitions.map(\.text).joined(separator: "\n\n"))
    }
}
