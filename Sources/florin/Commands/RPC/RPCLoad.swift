internal import Foundation
internal import NIOPosix
internal import RPC

/// Calls one method again and again, and keeps how long each call took.
struct RPCLoad: Sendable {
    let clients: [RPCClient]
    let method: MethodDescriptor
    let request: [UInt8]
    let options: CallOptions
    let callers: Int
    /// Calls to begin each second, by all callers; `nil`: each when the last has ended.
    let rate: Int?
    let duration: Duration

    struct Outcome: Sendable {
        /// Of calls that went well, sorted, in nanoseconds.
        var latencies: [UInt64] = []
        /// How many failed, by their code.
        var errors: [String: Int] = [:]
        var elapsed = Duration.zero
        var processorSeconds = 0.0

        var callsPerSecond: Double { Double(self.latencies.count) / (self.elapsed / .seconds(1)) }

        /// Of this process alone.
        var processorMicroseconds: Double {
            self.processorSeconds * 1e6 / Double(max(1, self.latencies.count))
        }

        func microseconds(_ share: Double) -> Double {
            guard !self.latencies.isEmpty else { return 0 }
            let index = min(
                self.latencies.count - 1, Int(Double(self.latencies.count) * share))
            return Double(self.latencies[index]) / 1000
        }
    }

    func run() async -> Outcome {
        let start = ContinuousClock.now
        let processor = Self.processorSeconds
        // On the loop that the connections are on, as far as there is one: a hop between threads
        // costs more than a call.
        let executor = EventLoopExecutor(self.clients[0].eventLoop)
        var outcome = await withTaskGroup(of: Outcome.self) { group in
            for caller in 0..<self.callers {
                group.addTask(executorPreference: executor) {
                    await self.call(from: caller, start: start)
                }
            }
            return await group.reduce(into: Outcome()) { sum, part in
                sum.latencies += part.latencies
                sum.errors.merge(part.errors, uniquingKeysWith: +)
            }
        }
        outcome.latencies.sort()
        outcome.elapsed = ContinuousClock.now - start
        outcome.processorSeconds = Self.processorSeconds - processor
        return outcome
    }

    private func call(from caller: Int, start: ContinuousClock.Instant) async -> Outcome {
        let client = self.clients[caller % self.clients.count]
        let end = start + self.duration
        let interval = self.rate.map { Duration.seconds(1) * self.callers / $0 }
        var outcome = Outcome()
        var begun = start + (interval.map { $0 * caller / self.callers } ?? .zero)
        while begun < end {
            if interval != nil { try? await Task.sleep(until: begun, clock: .continuous) }
            do throws(RPCError) {
                _ = try await client.call(self.method, self.request, options: self.options)
                let taken = begun.duration(to: .now)
                let (seconds, attoseconds) = taken.components
                outcome.latencies.append(
                    UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
            } catch {
                outcome.errors["\(error.code)", default: 0] += 1
                // A server that is not there answers at once: no need to ask it all the time.
                if error.code == .unavailable { try? await Task.sleep(for: .milliseconds(10)) }
            }
            begun = interval.map { begun + $0 } ?? .now
        }
        return outcome
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
