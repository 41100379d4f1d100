internal import Identifiers
internal import Logging
internal import SagaEngine

/// A process's clock and timer. The clock may jump; the timer counts evenly.
struct SimulatedTime: WallClock, SagaTimer {
    unowned let process: Process

    func now() -> Timestamp { process.world.kernel.now + process.clockOffset }

    func sleep(for duration: Duration) async throws {
        let reply = Reply<Bool>()
        let isOver = await withTaskCancellationHandler {
            await process.ask(ifDead: false, reply) { reply in
                process.world.kernel.after(duration) { reply(true) }
            }
        } onCancel: {
            reply(false)
        }
        guard isOver else { throw CancellationError() }
    }
}

/// An engine's log: what it calls critical is a violation.
struct AuditedLog: LogHandler {
    unowned let world: World
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.critical

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let text = "\(event.message) \(event.metadata ?? [:])"
        world.auditor.engineRefused(text)
    }
}
