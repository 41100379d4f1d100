internal import CoreMetrics
internal import Logging
internal import ServiceLifecycle

/// Measures now and then how much has yet to be published. Every gateway does, whoever has the turn.
struct PublicationGauges: Service {
    let store: PublicationStore
    let counters: PublicationCounters
    let logger: Logger

    private static let interval = Duration.seconds(15)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let backlog = try await self.store.backlog()
                    self.counters.backlog.record(backlog.count)
                    self.counters.oldest.record(backlog.oldestSeconds)
                } catch {
                    if !Task.isCancelled {
                        self.logger.warning(
                            "unpublished events not counted",
                            metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }
}
