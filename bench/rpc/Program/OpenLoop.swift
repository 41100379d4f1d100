internal import Foundation
internal import RPC

/// Begins calls at a fixed rate, whether or not the ones before have ended.
struct OpenLoop: Sendable {
    let clients: [RPCClient]
    let executor: EventLoopExecutor
    let call: @Sendable (EchoServiceClient) async throws -> Void

    struct Outcome: Sendable {
        let duration: Duration
        var offered = 0
        /// Of the calls that were answered well.
        var latencies = Histogram()
        /// The server, or the client on its behalf, said that it has too much to do.
        var refused = 0
        var timedOut = 0
        /// Any other error.
        var failed = 0
        /// Calls by the tenth of a second in which they began: all, and those answered well.
        fileprivate var slots: [(offered: Int, answered: Int)] = []

        func perSecond(_ count: Int) -> Double { Double(count) / (self.duration / .seconds(1)) }

        /// How long after the start the last slot lies in which more than 5 % of the calls were not
        /// answered well; `nil` if that is the last slot of all.
        var recovery: Duration? {
            let bad = self.slots.lastIndex { $0.answered * 20 < $0.offered * 19 }
            guard let bad else { return .zero }
            return bad == self.slots.count - 1 ? nil : OpenLoop.slot * (bad + 1)
        }
    }

    fileprivate enum End: Sendable {
        case answered(Duration)
        case refused
        case timedOut
        case failed
    }

    private static let slot = Duration.milliseconds(100)
    private static let tick = Duration.milliseconds(1)

    /// - Parameter rate: Calls per second.
    func run(rate: Double, duration: Duration) async -> Outcome {
        let start = ContinuousClock.now
        let slotCount = max(1, Int(duration / Self.slot))
        return await withTaskGroup(of: (slot: Int, end: End).self) { group in
            var begun = 0
            while true {
                let elapsed = start.duration(to: .now)
                let due = Int(min(elapsed, duration) / .seconds(1) * rate)
                let slot = min(Int(elapsed / Self.slot), slotCount - 1)
                while begun < due {
                    let client = EchoServiceClient(self.clients[begun % self.clients.count])
                    group.addTask(executorPreference: self.executor) {
                        (slot, await self.end(of: client))
                    }
                    begun += 1
                }
                if elapsed >= duration { break }
                try? await Task.sleep(for: Self.tick)
            }
            var outcome = Outcome(
                duration: duration, slots: Array(repeating: (0, 0), count: slotCount))
            for await (slot, end) in group { outcome.add(end, in: slot) }
            return outcome
        }
    }

    private func end(of client: EchoServiceClient) async -> End {
        let begun = ContinuousClock.now
        do {
            try await self.call(client)
            return .answered(begun.duration(to: .now))
        } catch let error as RPCError {
            switch error.code {
            case .resourceExhausted, .unavailable: return .refused
            case .deadlineExceeded: return .timedOut
            default: return .failed
            }
        } catch {
            return .failed
        }
    }
}

extension OpenLoop.Outcome {
    fileprivate mutating func add(_ end: OpenLoop.End, in slot: Int) {
        self.offered += 1
        self.slots[slot].offered += 1
        switch end {
        case .answered(let latency):
            self.latencies.record(latency)
            self.slots[slot].answered += 1
        case .refused: self.refused += 1
        case .timedOut: self.timedOut += 1
        case .failed: self.failed += 1
        }
    }
}
