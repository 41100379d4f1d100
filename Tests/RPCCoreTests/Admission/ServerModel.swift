import RPCCore

/// A server with some workers and a queue, calls that come at a steady rate, and callers that give
/// up: what admission is judged by. Steps of a tenth of a millisecond, no clock.
struct ServerModel {
    struct Outcome {
        /// Answered in time, for each second.
        var goodput: [Int: Int] = [:]
        /// Latencies of those, for each second.
        var latencies: [Int: [Nanoseconds]] = [:]
        var shed = 0

        func p99(_ second: Int) -> Nanoseconds {
            let sorted = (self.latencies[second] ?? []).sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
        }
    }

    static let step: Nanoseconds = 100_000
    let workers: Int
    /// Of one call, with nothing else to do.
    let service: Nanoseconds
    let patience: Nanoseconds
    var controller: AdmissionController
    var random: UInt64

    private struct Work {
        let arrived: Nanoseconds
        var left: Nanoseconds
    }

    init(workers: Int, service: Nanoseconds, patience: Nanoseconds, seed: UInt64) {
        self.workers = workers
        self.service = service
        self.patience = patience
        self.controller = AdmissionController(callers: 1)
        self.random = seed
    }

    var capacity: Double { Double(self.workers) * 1e9 / Double(self.service) }

    private mutating func next() -> UInt64 {
        self.random = self.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return self.random >> 11
    }

    /// - Parameter load: What comes in each second, as a share of the capacity.
    mutating func run(load: [Double]) -> Outcome {
        var outcome = Outcome()
        var queue: [Work] = []
        var due = 0.0
        for (second, share) in load.enumerated() {
            for tick in 0..<10_000 {
                let now = Nanoseconds(second) * 1_000_000_000 + Nanoseconds(tick) * Self.step
                due += share * self.capacity * 1e-4 * (0.5 + Double(self.next() % 1000) / 1000)
                while due >= 1 {
                    due -= 1
                    self.arrive(&queue, &outcome, now)
                }
                self.work(&queue, &outcome, now, second)
            }
        }
        return outcome
    }

    private mutating func arrive(
        _ queue: inout [Work], _ outcome: inout Outcome, _ now: Nanoseconds
    ) {
        let verdict = self.controller.arrived(
            caller: 0, priority: .normal, load: .init(busyFor: 0, busyShare: 1), at: now,
            random: self.next())
        if case .admit = verdict {
            let spread = self.service / 2 + self.next() % self.service
            queue.append(Work(arrived: now, left: spread))
        } else {
            outcome.shed += 1
        }
    }

    private mutating func work(
        _ queue: inout [Work], _ outcome: inout Outcome, _ now: Nanoseconds, _ second: Int
    ) {
        for index in queue.indices.prefix(self.workers) {
            queue[index].left -= min(queue[index].left, Self.step)
        }
        for work in queue.prefix(self.workers) where work.left == 0 {
            let latency = now - work.arrived
            let isLate = latency > self.patience
            self.controller.ended(
                caller: 0, latency: latency, isSample: true, isLate: isLate, at: now)
            if isLate { continue }
            outcome.goodput[second, default: 0] += 1
            outcome.latencies[second, default: []].append(latency)
        }
        queue.removeAll { $0.left == 0 }
    }
}
