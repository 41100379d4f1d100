internal import ArgumentParser

struct Acquirer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acquirer",
        abstract: "See what the sandbox card network did, and tell it how to behave.",
        discussion: ExitStatus.help,
        subcommands: [AcquirerEffects.self, AcquirerScript.self, AcquirerSettlement.self])
}
