internal import ArgumentParser

struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund", abstract: "Give money back, and look up refunds.",
        discussion: ExitStatus.help,
        subcommands: [RefundCreate.self, RefundGet.self, RefundList.self])
}
