internal import ConsoleCore
internal import Identifiers
internal import Logging
internal import Messages
internal import RPC
internal import ServiceLifecycle
internal import Stubs
internal import Synchronization

/// Notes every ten seconds how much goes on, for the last hour.
final class TrafficSampler: Service {
    struct Sample: Sendable {
        let answersPerSecond: Double
        let failuresPerSecond: Double
        let httpP50: Int64?
        let httpP95: Int64?
        /// `nil` while the orchestrator does not answer.
        let sagas: Sagas?
    }

    /// Those that ended.
    struct Sagas: Sendable {
        let perSecond: Double
        /// Of the payments' own, in microseconds.
        let p50: Int64?
        let p95: Int64?
    }

    /// How far back is looked: as far as there is something to see.
    enum Window: Int, CaseIterable {
        case short = 30
        case middle = 90
        case long = 360

        init(for count: Int) {
            self = Self.allCases.first { count <= $0.rawValue } ?? .long
        }

        var reach: String {
            switch self {
            case .short: "5 min"
            case .middle: "15 min"
            case .long: "1 h"
            }
        }
    }

    private static let interval: Int64 = 10
    /// When there is more than this a second of each interval tells as much, at a tenth of the cost.
    private static let much = 200.0

    private let traffic: HTTPTraffic
    private let admin: SagaAdminServiceClient
    private let logger: Logger
    private let ring = Mutex(SampleRing<Sample>(capacity: Window.long.rawValue))

    init(traffic: HTTPTraffic, admin: SagaAdminServiceClient, logger: Logger) {
        self.traffic = traffic
        self.admin = admin
        self.logger = logger
    }

    var samples: SampleRing<Sample> { self.ring.withLock { $0 } }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var period = Self.interval
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(Self.interval))
                let sample = await self.sample(period)
                self.ring.withLock { $0.add(sample) }
                period = (sample.sagas?.perSecond ?? 0) > Self.much ? 1 : Self.interval
            }
        }
    }

    private func sample(_ period: Int64) async -> Sample {
        let count = self.traffic.take()
        return Sample(
            answersPerSecond: Double(count.answers) / Double(Self.interval),
            failuresPerSecond: Double(count.failures) / Double(Self.interval),
            httpP50: count.latencies.microseconds(at: 0.5),
            httpP95: count.latencies.microseconds(at: 0.95), sagas: await self.sagas(period))
    }

    private func sagas(_ period: Int64) async -> Sagas? {
        do {
            let stats = try await self.admin.getSagaStats(
                SagaV1.GetSagaStatsRequest(periodSeconds: period),
                options: CallOptions(timeout: .seconds(5)))
            let payments = stats.latencies.first { $0.kind == "process_payment" }
            return Sagas(
                perSecond: Double(stats.ended) / Double(period), p50: payments?.p50Us,
                p95: payments?.p95Us)
        } catch {
            self.logger.debug("sagas not sampled", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
