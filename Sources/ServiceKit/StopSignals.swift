internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Turns the wishes of the world outside that the process stop into a graceful shutdown, and
/// impatience into an end at once.
actor StopSignals {
    private let drainLimit: Duration
    private let watchesInput: Bool
    private let logger: Logger
    private var group: ServiceGroup?

    init(drainLimit: Duration, watchesInput: Bool, logger: Logger) {
        self.drainLimit = drainLimit
        self.watchesInput = watchesInput
        self.logger = logger
    }

    /// From here on a wish to stop drains `group`; before, there is nothing to drain.
    func handOver(to group: ServiceGroup) { self.group = group }

    /// Waits for the first wish, begins the drain, then waits for the second or for the limit.
    ///
    /// - Returns: How the process has to end; `nil` when the task was cancelled meanwhile.
    nonisolated func watch() async -> ExitCode? {
        let (wishes, wish) = AsyncStream<String>.makeStream()
        return await withTaskGroup(of: ExitCode?.self) { tasks in
            tasks.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                    wish.yield("\(signal)")
                }
                return nil
            }
            if self.watchesInput { self.watchInput { wish.yield("end of input") } }
            tasks.addTask { await self.obey(wishes) }
            defer { tasks.cancelAll() }
            for await code in tasks where code != nil { return code }
            return nil
        }
    }

    private func obey(_ wishes: AsyncStream<String>) async -> ExitCode? {
        var iterator = wishes.makeAsyncIterator()
        guard let first = await iterator.next() else { return nil }
        guard let group else { return .stopped }
        self.logger.notice("draining", metadata: ["because": "\(first)"])
        await group.triggerGracefulShutdown()
        let limit = self.drainLimit
        let reason = await withTaskGroup(of: String?.self) { tasks in
            tasks.addTask {
                var iterator = wishes.makeAsyncIterator()
                return await iterator.next().map { "a second \($0)" }
            }
            tasks.addTask {
                try? await Task.sleep(for: limit)
                return Task.isCancelled ? nil : "the drain limit has passed"
            }
            defer { tasks.cancelAll() }
            return await tasks.next() ?? nil
        }
        guard let reason else { return nil }
        self.logger.warning("forced to stop", metadata: ["because": "\(reason)"])
        return .forced
    }

    /// Reads standard input to its end on a thread of its own.
    private nonisolated func watchInput(_ ended: @escaping @Sendable () -> Void) {
        Thread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            ended()
        }.start()
    }
}
