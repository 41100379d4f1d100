internal import ArgumentParser

struct Gateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "Accounts, keys and webhooks of the HTTP API, and its console.",
        discussion: ExitStatus.help,
        subcommands: [
            GatewayAccounts.self, GatewayKeys.self, GatewayWebhooks.self, GatewayConsoleLogin.self,
        ])
}

struct GatewayAccounts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "Merchants that use the HTTP API.",
        discussion: ExitStatus.help,
        subcommands: [GatewayAccountsCreate.self, GatewayAccountsList.self])
}

struct GatewayKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The keys that merchants show.",
        discussion: ExitStatus.help,
        subcommands: [
            GatewayKeysCreate.self, GatewayKeysList.self, GatewayKeysRoll.self,
            GatewayKeysRevoke.self,
        ])
}

struct GatewayWebhooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "What merchants are told of events, and whether it arrives.",
        discussion: ExitStatus.help,
        subcommands: [
            GatewayWebhooksEndpoints.self, GatewayWebhooksDeliveries.self,
            GatewayWebhooksResend.self,
        ])
}
