internal import ArgumentParser
internal import Messages
internal import Stubs
internal import TLS

struct SagaWatch: FlorinCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a saga as it happens, until it has ended or an operator has to look.",
        discussion: """
            Each event is a line; with --output json a document of its own. The exit status is 0 \
            when it has ended, 5 when it rests for an operator or has not ended by --for.

            Example:
              florin saga watch saga_... --for 2m

            \(ExitStatus.help)
            """)

    @Argument(help: ArgumentHelp("The saga.", valueName: "saga_...")) var saga: String
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long at most: 30s, 5m.", valueName: "time"),
        transform: SystemOptions.duration)
    var limit: Duration = .seconds(60)
    @Option(
        help: ArgumentHelp("How often to look: 200ms, 1s.", valueName: "time"),
        transform: SystemOptions.duration)
    var every: Duration = .milliseconds(250)
    @Option(help: "Go on after the event of this number.") var after: Int64 = 0
    @OptionGroup var system: SystemOptions

    func execute() async throws {
        let saga = try await self.withChannel(to: .orchestrator) { channel in
            try await self.follow(SagaAdminServiceClient(channel))
        }
        if self.system.output == .table { Console.say("\n" + saga.record) }
        switch saga.status {
        case .succeeded, .compensated, .stopped: return
        default: throw ExitStatus.undecided.code
        }
    }

    private func follow(_ admin: SagaAdminServiceClient) async throws -> SagaV1.Saga {
        let end = ContinuousClock.now + self.limit
        var last = self.after
        while true {
            let shown = try await admin.showSaga(
                SagaV1.ShowSagaRequest(sagaID: self.saga, afterSequence: last),
                options: self.callOptions)
            for event in shown.events {
                last = event.sequence
                switch self.system.output {
                case .json: Console.say(JSONValue(event).rendered())
                case .table: Console.say(event.line)
                }
            }
            let saga = shown.saga ?? SagaV1.Saga()
            switch saga.status {
            case .running, .compensating: break
            default: return saga
            }
            guard ContinuousClock.now + self.every < end else { return saga }
            try await Task.sleep(for: self.every)
        }
    }
}
