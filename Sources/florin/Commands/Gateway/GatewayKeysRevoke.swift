internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayKeysRevoke: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a key at once.",
        discussion: """
            Every gateway refuses it within two seconds.

            Example:
              florin gateway keys revoke key_...

            \(ExitStatus.help)
            """)

    @Argument(help: "Which key: its id.") var key: String
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).revokeKey(
                .init(keyID: self.key), options: self.callOptions)
        }
        self.show(response.key ?? .init(), response.key?.record(secret: "") ?? "")
    }
}
