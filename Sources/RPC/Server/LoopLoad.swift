internal import NIOCore
internal import RPCCore

/// How busy an event loop is, for admission: the calls of one tick have waited for those before
/// them. Belongs to its event loop.
///
/// A tick begins with the first read that brings anything and ends when all that it has set off
/// has run. NIO does not tell when it waits, so what lies between two ticks counts as rest.
final class LoopLoad: @unchecked Sendable {
    private let eventLoop: any EventLoop
    private var start: Nanoseconds?
    private var lastStart: Nanoseconds = 0
    private var busyShare = 0.0

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Something was read.
    func read() {
        if self.start != nil { return }
        self.start = Monotonic.now
        self.eventLoop.execute { self.end() }
    }

    private func end() {
        guard let start else { return }
        self.start = nil
        let now = Monotonic.now
        let whole = max(1, now - self.lastStart)
        // Weighed by time: many short ticks say as much as one long.
        let weight = min(1, Double(now - self.lastStart) / 100_000_000)
        let share = min(1, Double(now - start) / Double(whole))
        self.busyShare += (share - self.busyShare) * weight
        self.lastStart = now
    }

    func load(at now: Nanoseconds) -> AdmissionController.Load {
        AdmissionController.Load(
            busyFor: now - min(now, self.start ?? now), busyShare: self.busyShare)
    }
}
