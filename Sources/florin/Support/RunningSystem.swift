internal import DevSystem
internal import Synchronization
internal import UnixSignals

/// A development system in the foreground of a command.
enum RunningSystem {
    /// Starts the system, runs `body`, and stops the system in order when `body` has ended.
    ///
    /// Ctrl-C or SIGTERM cancels `body`; a second one ends the services at once.
    static func run(
        _ options: DevOptions, _ body: @escaping @Sendable (DevSystem) async throws -> Void
    ) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let running = Running()
        let work = Task {
            let system = try await DevSystem.start(options) { Console.say($0) }
            running.set(system)
            defer { running.set(nil) }
            do {
                try await body(system)
            } catch {
                await Self.stop(system)
                if !(error is CancellationError) { throw error }
                return
            }
            await Self.stop(system)
        }
        let watch = Task {
            var isFirst = true
            for await _ in signals {
                if isFirst {
                    Console.say("\nstopping; once more ends it at once")
                    work.cancel()
                } else {
                    await running.system?.kill()
                }
                isFirst = false
            }
        }
        defer { watch.cancel() }
        try await work.value
    }

    /// The system, for whoever has to end it at once.
    private final class Running: Sendable {
        private let current = Mutex<DevSystem?>(nil)
        var system: DevSystem? { self.current.withLock { $0 } }
        func set(_ system: DevSystem?) { self.current.withLock { $0 = system } }
    }

    /// Waits until the task is cancelled.
    static func untilInterrupted() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3_600)) }
    }

    /// In a task of its own: a cancelled one could not wait for the processes to end.
    private static func stop(_ system: DevSystem) async {
        await Task { await system.stop() }.value
    }
}
