internal import ArgumentParser
internal import Messages
internal import RPC
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

    /// A stream that ends while the saga goes on, as its orchestrator shuts down, is opened again
    /// after the last event that was seen.
    private func follow(_ admin: SagaAdminServiceClient) async throws -> SagaV1.Saga {
        let end = ContinuousClock.now + self.limit
        var (last, saga) = (self.after, SagaV1.Saga())
        while true {
            do throws(RPCError) {
                try await self.read(admin, &last, &saga, until: end)
            } catch {
                switch error.code {
                case .deadlineExceeded where !saga.id.isEmpty: return saga
                case .unavailable where !saga.id.isEmpty: break
                default: throw error
                }
            }
            guard saga.isMoving, ContinuousClock.now + Self.pause < end else { return saga }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Before a stream that ended is opened again.
    private static let pause = Duration.milliseconds(250)

    private func read(
        _ admin: SagaAdminServiceClient, _ last: inout Int64, _ saga: inout SagaV1.Saga,
        until end: ContinuousClock.Instant
    ) async throws(RPCError) {
        var options = self.callOptions
        options.timeout = end - ContinuousClock.now
        let messages = try await admin.watchSaga(
            SagaV1.WatchSagaRequest(sagaID: self.saga, afterSequence: last), options: options)
        for try await message in messages {
            saga = message.saga ?? saga
            for event in message.events {
                last = event.sequence
                switch self.system.output {
                case .json: Console.say(JSONValue(event).rendered())
                case .table: Console.say(event.line)
                }
            }
        }
    }
}

extension SagaV1.Saga {
    /// Whether more happens without an operator.
    fileprivate var isMoving: Bool {
        switch self.status {
        case .running, .compensating: true
        default: false
        }
    }
}
