internal import NIOCore

/// One timer for the many deadlines of a connection. Belongs to one event loop.
///
/// Set for the earliest; when it fires, its owner looks through all and sets it again. A timer for
/// each call would cost more than the call, and nearly all of them would be cancelled unfired.
final class DeadlineTimer {
    private let eventLoop: any EventLoop
    private var scheduled: (deadline: RPCDeadline, timer: Scheduled<Void>)?
    /// Holds the owner until ``end()``: a weak reference to it would slow down all others.
    private var fire: (() -> Void)?

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// What is done when a deadline has passed.
    func start(_ fire: @escaping () -> Void) {
        self.fire = fire
    }

    /// Fires at `deadline`, if nothing is due before.
    func set(_ deadline: RPCDeadline) {
        if let scheduled, scheduled.deadline <= deadline { return }
        self.scheduled?.timer.cancel()
        let delay = TimeAmount(deadline.remaining())
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: delay) {
            self.scheduled = nil
            self.fire?()
        }
        self.scheduled = (deadline, timer)
    }

    /// Never fires again.
    func end() {
        self.scheduled?.timer.cancel()
        self.scheduled = nil
        self.fire = nil
    }
}
