internal import GatewayCore
internal import Identifiers
internal import NATS

/// NATS JetStream: a message for each event, with the event's id as the message's.
///
/// Within a run each message names the one before it, so the stream takes none behind a gap, not
/// even of a gateway that has lost its turn and does not know yet.
struct JetStreamBroker: EventBroker {
    private let client: JetStreamClient
    private let subjects: EventSubjects

    init(_ settings: BrokerSettings) {
        self.client = JetStreamClient(settings.server, stream: settings.stream)
        self.subjects = settings.subjects
    }

    func publish(_ runs: [EventRun], within limit: Duration) async throws -> [EventRun.Outcome] {
        let refusals: [NATSError?]
        do {
            refusals = try await self.client.publish(
                runs.flatMap(self.messages), within: limit)
        } catch let error as NATSError {
            throw BrokerProblem(error)
        }
        var rest = refusals[...]
        return runs.map { run in
            let own = rest.prefix(run.events.count)
            rest = rest.dropFirst(run.events.count)
            let published = own.prefix { $0 == nil }.count
            return EventRun.Outcome(
                published: published,
                problem: own.dropFirst(published).first.flatMap { $0 }.map(BrokerProblem.init))
        }
    }

    func close() async { await self.client.close() }

    private func messages(_ run: EventRun) -> [NATSMessage] {
        let account = run.scope.accountID.description
        var last: String?
        return run.events.map { event in
            defer { last = event.id }
            return NATSMessage(
                subject: self.subjects.subject(of: event, account: account), id: event.id,
                following: last, body: event.rendered())
        }
    }
}

extension BrokerProblem {
    init(_ error: NATSError) {
        self.init(description: error.description, hint: Self.hint(error.code))
    }

    private static func hint(_ code: NATSError.Code) -> String {
        switch code {
        case .unreachable: "See that a server listens where nats-url says."
        case .notSecure:
            "For a server with TLS nats-url begins with tls://, and nats-authorities names a file "
                + "with the authority of its certificate."
        case .notPermitted:
            "See that the server knows nats-user and nats-password, or nats-credentials, and lets "
                + "them publish to nats-subject and $JS.API."
        case .noStream:
            "Start the server with JetStream (nats-server -js), and see that nobody removed the "
                + "stream."
        case .wrongStream: "Change the stream, or name another by nats-stream."
        case .refused: "See what limits the stream and the server have."
        case .timedOut: "See whether the server has a leader for the stream, and its disk room."
        case .badConfiguration: "See that the files and names that nats-… settings give are right."
        case .library: "Nothing is lost: it is tried again."
        }
    }
}
