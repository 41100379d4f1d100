internal import ArgumentParser

struct SagaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saga", abstract: "See how payments are driven, step by step, and step in.",
        discussion: ExitStatus.help,
        groupedSubcommands: [
            CommandGroup(
                name: "Look:",
                subcommands: [
                    SagaList.self, SagaShow.self, SagaHistory.self, SagaWatch.self, SagaWhy.self,
                    SagaStats.self, SagaTop.self, SagaDefinitions.self,
                ]),
            CommandGroup(
                name: "Step in:",
                subcommands: [
                    SagaRetryNow.self, SagaPause.self, SagaResume.self, SagaCompensate.self,
                    SagaResolve.self, SagaStop.self, SagaDeadLetters.self,
                ]),
            CommandGroup(
                name: "Four eyes:",
                subcommands: [SagaApprove.self, SagaRequests.self, SagaLog.self]),
        ])
}
