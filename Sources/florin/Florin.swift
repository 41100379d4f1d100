internal import ArgumentParser

@main
struct Florin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "florin",
        abstract: "Runs and uses Florin, a self-hosted payment system.",
        discussion: """
            A first payment:
              florin dev --detach
              florin payment create 100.00 USD --merchant acme
              florin payment process pi_...
              florin refund create pi_... 40.00 USD
              florin ledger trial-balance

            \(ExitStatus.help)
            """,
        version: "florin 0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "The system:",
                subcommands: [
                    Dev.self, Walkthrough.self, Health.self, Migrate.self, Partitions.self,
                    Certificates.self,
                ]),
            CommandGroup(
                name: "Money:",
                subcommands: [
                    PaymentCommand.self, RefundCommand.self, FX.self, Ledger.self, Reconcile.self,
                    Verify.self,
                ]),
            CommandGroup(
                name: "Operation:",
                subcommands: [
                    SagaCommand.self, Gateway.self, RPCCommand.self, Acquirer.self, Bench.self,
                ]),
        ])
}
