internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct AcquirerEffects: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "effects", abstract: "List what the card network did, newest first.",
        discussion: """
            Example:
              florin acquirer effects --reference pi_...

            \(ExitStatus.help)
            """)

    @Option(help: "Only those whose reference begins so: a payment's id, for one.")
    var reference: String = ""
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .acquirer) { channel in
            try await AcquirerServiceClient(channel).listEffects(
                AcquirerV1.ListEffectsRequest(
                    page: self.page.request, referencePrefix: self.reference),
                options: self.callOptions)
        }
        self.show(response, response.effects.table + response.page.more)
    }
}
