internal import Identifiers
internal import Logging
internal import Messages
internal import Metrics
internal import RPC
internal import ServiceLifecycle
internal import Stubs

/// Fetches a service's changes, as long as no other gateway does.
///
/// Changes are acknowledged once they are durable here. A gateway that dies in between leaves them
/// to be fetched again, and then they are known.
final class EventRelay: Service {
    private let events: EventImport
    private let bell: Doorbell
    private let imported: Counter
    private let unreadable: Gauge
    private let logger: Logger

    /// Between two looks at an outbox that was empty.
    private static let pause = Duration.milliseconds(100)
    /// Between two looks at whose turn it is, and before what failed is tried again.
    private static let patience = Duration.seconds(1)
    /// How often an idle turn is made to last.
    private static let renewal = Duration.seconds(3)
    private static let options = CallOptions(timeout: .seconds(10))

    /// - Parameter bell: Rung when there is something to tell endpoints.
    init(_ events: EventImport, bell: Doorbell, metrics: any MetricsFactory, logger: Logger) {
        self.events = events
        self.bell = bell
        self.imported = Counter(
            label: "florin_events_imported_total", dimensions: [("source", events.source.name)],
            factory: metrics)
        self.unreadable = Gauge(
            label: "florin_events_unreadable", dimensions: [("source", events.source.name)],
            factory: metrics)
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.events.turn.hold { try await self.relay($0) }
                } catch is TurnLost {
                    self.logger.notice("another gateway fetches the changes", metadata: self.about)
                } catch {
                    if !Task.isCancelled {
                        self.logger.warning(
                            "changes not fetched",
                            metadata: self.about.merging(["error": "\(String(reflecting: error))"])
                            { $1 })
                    }
                }
                try? await Task.sleep(for: Self.patience)
            }
        }
    }

    private var about: Logger.Metadata { ["source": "\(self.events.source.name)"] }

    /// Fetches until it fails or is told to stop.
    private func relay(_ epoch: Int64) async throws {
        var unreadable = 0
        func count(_ taken: EventImport.Taken) {
            unreadable += taken.unreadable
            self.tell(taken, unreadable: unreadable)
        }
        count(try await self.events.takeSetAside(epoch: epoch))
        var renewed = ContinuousClock.now
        while !Task.isCancelled {
            let batches = try await self.events.source.outbox.takeBatches(
                .init(), options: Self.options
            ).batches
            if batches.isEmpty {
                if renewed.duration(to: .now) > Self.renewal {
                    try await self.events.turn.renew(epoch)
                    renewed = .now
                }
                try await Task.sleep(for: Self.pause)
            } else {
                count(try await self.events.take(batches, epoch: epoch))
                _ = try await self.events.source.outbox.acknowledgeBatches(
                    .init(ids: batches.map(\.id)), options: Self.options)
                renewed = .now
            }
        }
    }

    /// - Parameter unreadable: Batches that are set aside now.
    private func tell(_ taken: EventImport.Taken, unreadable: Int) {
        if taken.events > 0 {
            self.imported.increment(by: taken.events)
            self.bell.ring()
        }
        self.unreadable.record(unreadable)
        if taken.unreadable > 0 {
            self.logger.error(
                "changes set aside that cannot be read",
                metadata: self.about.merging(["batches": "\(taken.unreadable)"]) { $1 })
        }
    }
}
