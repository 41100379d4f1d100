internal import CoreMetrics
internal import GatewayCore
internal import Logging
internal import ServiceLifecycle

/// Publishes every event to a broker, in order for each account and mode, as long as no other
/// gateway does.
///
/// How far it has come is noted once the broker has acknowledged. A gateway that dies in between
/// leaves events to be published again, which the broker knows by their ids. A broker that is away
/// is waited for with the turn given back: another gateway may reach it.
final class EventPublisher: Service {
    private let store: PublicationStore
    private let turn: Turn
    private let broker: any EventBroker
    private let counters: PublicationCounters
    private let logger: Logger

    /// Between two looks when all was published: at least that, and so many times as long as a look
    /// takes, which is as long as there are accounts.
    private static let pause = Duration.milliseconds(100)
    private static let idleness = 10
    /// Between two looks at whose turn it is.
    private static let patience = Duration.seconds(1)
    /// How often an idle turn is made to last.
    private static let renewal = Duration.seconds(3)
    /// For the broker to acknowledge a batch; less than a turn.
    private static let limit = Duration.seconds(5)
    /// How long a broker that failed is left alone, at most: it is a time at random below that.
    private static let retries = RetrySchedule(first: .seconds(1), longest: .seconds(30))

    init(
        store: PublicationStore, broker: any EventBroker, counters: PublicationCounters,
        logger: Logger
    ) {
        self.store = store
        self.turn = Turn(database: store.database, name: "broker")
        self.broker = broker
        self.counters = counters
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do {
                    try await self.turn.hold { epoch in
                        try await self.publish(epoch) { failures = 0 }
                    }
                } catch is TurnLost {
                    self.logger.notice("another gateway publishes events")
                } catch {
                    if !Task.isCancelled { self.tell(error) }
                    failures += 1
                }
                try? await Task.sleep(for: Self.rest(after: failures))
            }
        }
        await self.broker.close()
    }

    /// Publishes until nothing can be, or it is told to stop.
    ///
    /// - Parameter succeeded: Called when something was published.
    private func publish(_ epoch: Int64, succeeded: () -> Void) async throws {
        var renewed = ContinuousClock.now
        while !Task.isCancelled {
            let began = ContinuousClock.now
            let runs = try await self.store.next()
            let took = began.duration(to: .now)
            if runs.isEmpty {
                if renewed.duration(to: .now) > Self.renewal {
                    try await self.turn.renew(epoch)
                    renewed = .now
                }
                try await Task.sleep(
                    for: min(max(Self.pause, took * Self.idleness), Self.renewal))
            } else {
                try await self.publish(runs, epoch)
                renewed = .now
                succeeded()
            }
        }
    }

    /// - Throws: ``BrokerProblem`` when no account's events could be.
    private func publish(_ runs: [EventRun], _ epoch: Int64) async throws {
        let outcomes = try await self.broker.publish(runs, within: Self.limit)
        let positions = zip(runs, outcomes).map { run, outcome in
            (run.scope, run.position(published: outcome.published))
        }
        try await self.store.advance(positions, turn: self.turn, epoch: epoch)
        let count = outcomes.map(\.published).reduce(0, +)
        if count > 0 { self.counters.published.increment(by: count) }
        let problem = outcomes.lazy.compactMap(\.problem).first
        if let problem, count == 0 { throw problem }
    }

    private func tell(_ error: any Error) {
        self.counters.failures.increment()
        let problem = error as? BrokerProblem
        self.logger.warning(
            "events not published",
            metadata: [
                "error": "\(problem?.description ?? String(reflecting: error))",
                "hint": "\(problem?.hint ?? "")",
            ])
    }

    private static func rest(after failures: Int) -> Duration {
        guard failures > 0 else { return self.patience }
        return self.retries.ceiling(failures) * Double.random(in: 0.5..<1)
    }
}
