internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayConsoleLogin: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "console-login", abstract: "Make a link that opens the console, once.",
        discussion: """
            The link is a secret: whoever opens it first is in, for eight hours, and can look at \
            everything and change nothing. It holds for five minutes.

            Example:
              florin gateway console-login

            \(ExitStatus.help)
            """)

    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).createConsoleLogin(
                .init(), options: self.callOptions)
        }
        self.show(response, response.url)
    }
}
