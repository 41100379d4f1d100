internal import ArgumentParser
internal import Messages
internal import ServiceKit
internal import Stubs
internal import TLS

struct GatewayKeysRoll: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "roll", abstract: "Make a key like another, which goes on for a while.",
        discussion: """
            Example:
              florin gateway keys roll key_... --grace 24h

            \(ExitStatus.help)
            """)

    @Argument(help: "Which key: its id.") var key: String
    @Option(
        help: ArgumentHelp("How long the old key goes on, 7d at most.", valueName: "time"),
        transform: GatewayKeysRoll.grace)
    var grace: Duration = .zero
    @OptionGroup var system: SystemOptions

    static func grace(_ text: String) throws -> Duration {
        guard let duration = DurationText.parse(text), duration >= .zero else {
            throw ValidationError("'\(text)' is not a time like 30m, 24h or 7d")
        }
        return duration
    }

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).rollKey(
                .init(keyID: self.key, graceSeconds: self.grace.components.seconds),
                options: self.callOptions)
        }
        self.show(response, response.key?.record(secret: response.secret) ?? "")
    }
}
