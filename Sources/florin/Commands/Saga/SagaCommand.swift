internal import ArgumentParser

struct SagaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saga", abstract: "See how payments are driven, step by step.",
        discussion: ExitStatus.help, subcommands: [SagaList.self, SagaShow.self])
}
