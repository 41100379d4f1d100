internal import Glibc
internal import NIOCore
internal import RPCCore

/// Keeps a client's thread awake for a moment when an answer is about to come. Belongs to the
/// connection's event loop.
///
/// It asks the socket itself: NIO runs all that there is to execute before it looks at any.
final class LoopSpinner {
    private var machine = SpinStateMachine()
    private var restedAt: Nanoseconds?
    private var isScheduled = false
    private let socket: NIOBSDSocket.Handle?

    init(_ channel: any NIOCore.Channel) {
        let operations = channel.pipeline.syncOperations
        self.socket = try? operations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
    }

    /// A message has come.
    func received() {
        self.machine.received()
    }

    /// Something was read: the wait for it is over.
    func resumed() {
        guard let restedAt else { return }
        let now = Monotonic.now
        self.machine.resumed(after: now - min(now, restedAt))
        self.restedAt = nil
    }

    /// What there was to send is sent, and answers are expected.
    func rested(_ eventLoop: any EventLoop) {
        self.restedAt = Monotonic.now
        guard self.machine.rested(), let socket, !self.isScheduled else { return }
        self.isScheduled = true
        // Behind all else that is to be executed.
        eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            self.spin(socket)
        }
    }

    private func spin(_ socket: NIOBSDSocket.Handle) {
        guard let restedAt else { return }
        var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        while Monotonic.now - restedAt < SpinStateMachine.time {
            if poll(&wait, 1, 0) != 0 { return }
        }
    }
}
