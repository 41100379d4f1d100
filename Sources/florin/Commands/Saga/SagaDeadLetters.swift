internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaDeadLetters: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "List sagas that need attention, and let them go on.",
        discussion: ExitStatus.help,
        subcommands: [SagaDeadLettersList.self, SagaDeadLettersRequeue.self])
}

struct SagaDeadLettersList: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List sagas that need attention, with why.",
        discussion: """
            Example:
              florin saga dead-letters list --merchant acme

            \(ExitStatus.help)
            """)

    @OptionGroup var filter: SagaFilterOptions
    @OptionGroup var page: PageOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let response = try await self.withChannel(to: .orchestrator) { channel in
            var request = try self.filter.request(self.page.request)
            request.status = .needsAttention
            return try await SagaAdminServiceClient(channel).listSagas(
                request, options: self.callOptions)
        }
        self.show(response, response.sagas.attentionTable + response.page.more)
    }
}

struct SagaDeadLettersRequeue: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Let sagas go on that need attention: one, or all that fit.",
        discussion: """
            Without a saga all are meant that fit the options: their number and money are shown \
            first, and it asks before it goes on, unless --yes is given.

            Examples:
              florin saga dead-letters requeue saga_... --reason "the ledger is back"
              florin saga dead-letters requeue --step post --reason "the ledger is back" --yes

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The saga.", valueName: "saga_...")) var saga: String?
    @Option(help: "Why, up to 500 characters; kept in the operators' log.") var reason: String
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var filter: SagaFilterOptions
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        try await self.withChannel(to: .orchestrator) { channel in
            let admin = SagaAdminServiceClient(channel)
            let batch = SagaBatch(admin: admin, options: self.callOptions)
            let sagas: [SagaV1.Saga]
            if let saga {
                let shown = try await admin.showSaga(
                    SagaV1.ShowSagaRequest(sagaID: saga), options: self.callOptions)
                sagas = shown.saga.map { [$0] } ?? []
            } else {
                var request = try self.filter.request(CommonV1.PageRequest())
                request.status = .needsAttention
                sagas = try await batch.find(request)
                try Confirmation.ask(sagas.sum("requeue"), yes: self.yes || sagas.isEmpty)
            }
            let outcomes = await batch.each(sagas) { saga in
                _ = try await admin.resumeSaga(
                    SagaV1.ResumeSagaRequest(sagaID: saga.id, reason: self.reason),
                    options: self.callOptions)
            }
            switch self.system.output {
            case .json: Console.say(outcomes.json.rendered())
            case .table: Console.say(outcomes.table)
            }
            if let failure = outcomes.firstFailure { throw failure.status.code }
        }
    }
}
