internal import GatewayCore
internal import Identifiers
internal import Logging
internal import NIOHTTP1
internal import ServiceLifecycle
internal import Synchronization

/// Sends what is due to the endpoints.
///
/// One loop claims deliveries, as many as there is room for, and writes how those under way have
/// ended, many in one statement. How many are under way is bounded, in all and to each endpoint,
/// and nothing else is held in memory: a backlog stays in the database.
final class Deliverer: Service {
    struct Limits: Sendable {
        /// Under way at once.
        var all = 256
        var ofEndpoint = 16
        var retries = RetrySchedule()
    }

    private let store: DeliveryStore
    private let client: WebhookClient
    private let limits: Limits
    private let clock: any WallClock
    private let counters: WebhookCounters
    private let bell: Doorbell
    private let logger: Logger
    private let state = Mutex(State())

    private struct State {
        var busy: [WebhookEndpointID: Int] = [:]
        var ended: [Settlement] = []

        var underWay: Int { self.busy.values.reduce(0, +) }

        mutating func takeEnded() -> [Settlement] {
            defer { self.ended = [] }
            return self.ended
        }
    }

    /// Between two looks when nothing was due.
    private static let pause = Duration.milliseconds(100)
    /// Before the database is asked again when it failed.
    private static let patience = Duration.seconds(1)

    init(
        store: DeliveryStore, client: WebhookClient, limits: Limits, clock: any WallClock,
        counters: WebhookCounters, bell: Doorbell, logger: Logger
    ) {
        self.store = store
        self.client = client
        self.limits = limits
        self.clock = clock
        self.counters = counters
        self.bell = bell
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.ringNowAndThen() }
                for await _ in self.bell.rings { await self.turn(in: &group) }
            }
        }
        // In a task of its own, as this one was cancelled: what was broken off is free for others
        // at once.
        await Task { await self.settle() }.value
        self.client.close()
    }

    private func ringNowAndThen() async {
        while !Task.isCancelled {
            self.bell.ring()
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Writes what has ended and begins what there is room for.
    private func turn(in group: inout DiscardingTaskGroup) async {
        await self.settle()
        let (busy, room) = self.state.withLock { ($0.busy, self.limits.all - $0.underWay) }
        guard room > 0 else { return }
        do {
            let claimed = try await self.store.claim(
                room, busy: busy, window: self.limits.ofEndpoint)
            self.state.withLock { state in
                for delivery in claimed { state.busy[delivery.key.endpoint, default: 0] += 1 }
            }
            for delivery in claimed {
                group.addTask { await self.attempt(delivery) }
            }
        } catch {
            if !Task.isCancelled { self.warn("deliveries not looked for", error) }
            try? await Task.sleep(for: Self.patience)
        }
    }

    private func attempt(_ delivery: Delivery) async {
        let result = await self.send(delivery)
        let settlement = self.settlement(of: delivery, result)
        self.counters.count(settlement)
        self.state.withLock { state in
            let left = (state.busy[delivery.key.endpoint] ?? 1) - 1
            state.busy[delivery.key.endpoint] = left > 0 ? left : nil
            state.ended.append(settlement)
        }
        self.bell.ring()
    }

    private func send(_ delivery: Delivery) async -> Result<WebhookAnswer, WebhookProblem> {
        guard let url = WebhookURL(delivery.url) else { return .failure(.addressUnknown) }
        let signature = delivery.keys.signature(
            delivery.event, at: self.clock.now(), account: delivery.accountSecret)
        let headers: HTTPHeaders = [
            "Content-Type": "application/json; charset=utf-8", "Accept": "*/*",
            "User-Agent": "Florin-Webhooks", WebhookSignature.header: signature,
        ]
        do {
            return .success(
                try await self.client.post(to: url, headers: headers, body: delivery.event))
        } catch {
            return .failure(error as? WebhookProblem ?? .closed)
        }
    }

    private func settlement(
        of delivery: Delivery, _ result: Result<WebhookAnswer, WebhookProblem>
    ) -> Settlement {
        var randomness = SystemRandomNumberGenerator()
        let state: Settlement.State =
            if case .success(let answer) = result, answer.isSuccess {
                .delivered
            } else if case .failure(.stopped) = result {
                .abandoned
            } else if let next = self.limits.retries.next(
                after: delivery.attempts, begun: delivery.begunAt, at: self.clock.now(),
                randomness: &randomness)
            {
                .again(next)
            } else {
                .dead
            }
        return Settlement(delivery: delivery, state: state, result: result)
    }

    private func settle() async {
        let ended = self.state.withLock { $0.takeEnded() }
        do {
            try await self.store.settle(ended, pauses: self.pauses(after: ended))
        } catch {
            // Their leases run out, and they are attempted again.
            self.warn("ends of deliveries not written", error)
        }
    }

    private func pauses(after ended: [Settlement]) -> [WebhookEndpointID: EndpointPause] {
        var randomness = SystemRandomNumberGenerator()
        let now = self.clock.now()
        var pauses: [WebhookEndpointID: EndpointPause] = [:]
        for settlement in ended {
            let endpoint = settlement.delivery.key.endpoint
            switch settlement.state {
            case .delivered: pauses[endpoint] = .healthy
            case .again, .dead:
                guard pauses[endpoint] == nil else { continue }
                let times = settlement.delivery.failures + 1
                pauses[endpoint] = .failed(
                    times: times,
                    until: now + EndpointHealth.pause(after: times, randomness: &randomness))
            case .abandoned: break
            }
        }
        return pauses
    }

    private func warn(_ message: Logger.Message, _ error: any Error) {
        self.logger.warning(message, metadata: ["error": "\(String(reflecting: error))"])
    }
}
