internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct GatewayKeysCreate: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a key; its text is shown this once.",
        discussion: """
            Examples:
              florin gateway keys create acme
              florin gateway keys create acme --kind publishable --live
              florin gateway keys create acme --kind restricted --allow charges:read

            \(ExitStatus.help)
            """)

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case secret, publishable, restricted

        var wire: GatewayV1.KeyKind {
            switch self {
            case .secret: .secret
            case .publishable: .publishable
            case .restricted: .restricted
            }
        }
    }

    @Argument(help: "Whose: an account's id, or its merchant's.") var account: String
    @Option(help: "What it may do.") var kind: Kind = .secret
    @Flag(help: "For real payments; else for tests.") var live = false
    @Option(
        help: ArgumentHelp(
            "What a restricted key may do: a resource and read or write. May be repeated.",
            valueName: "permission"))
    var allow: [String] = []
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .gateway) { channel in
            try await GatewayAdminServiceClient(channel).createKey(
                .init(
                    account: self.account, kind: self.kind.wire, livemode: self.live,
                    permissions: self.allow), options: self.callOptions)
        }
        self.show(response, response.key?.record(secret: response.secret) ?? "")
    }
}
