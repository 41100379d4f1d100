internal import CLinux
internal import Glibc

/// Watches sockets with epoll. Each is known by a number that comes back with its events.
@safe struct Poller: ~Copyable {
    struct Event {
        let id: UInt64
        let isReadable: Bool
        let isWritable: Bool
    }

    private let descriptor: Int32
    private var buffer = unsafe [epoll_event](repeating: epoll_event(), count: 64)

    init() throws(PostgresError) {
        self.descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard self.descriptor >= 0 else {
            throw PostgresError(.connectionFailed, detail: "epoll_create1: errno \(errno)")
        }
    }

    deinit { _ = Glibc.close(self.descriptor) }

    /// Watches `socket` from now on, or changes what it is watched for. The kernel forgets it
    /// when it is closed.
    func watch(_ socket: Int32, id: UInt64, for interest: Connection.Interest) {
        var event = unsafe epoll_event()
        unsafe event.data.u64 = id
        unsafe event.events =
            switch interest {
            case .reading: EPOLLIN.rawValue
            case .writing: EPOLLOUT.rawValue
            case .readingAndWriting: EPOLLIN.rawValue | EPOLLOUT.rawValue
            }
        if unsafe epoll_ctl(self.descriptor, EPOLL_CTL_MOD, socket, &event) != 0 {
            _ = unsafe epoll_ctl(self.descriptor, EPOLL_CTL_ADD, socket, &event)
        }
    }

    /// Waits for events, no longer than `timeout`.
    mutating func wait(_ timeout: Duration) -> [Event] {
        // Rounded up, or the last fraction of a millisecond would be spent spinning.
        let milliseconds = max(timeout / .milliseconds(1), 0).rounded(.up)
        let count = unsafe epoll_wait(
            self.descriptor, &self.buffer, Int32(self.buffer.count),
            Int32(min(milliseconds, 60_000)))
        return unsafe self.buffer.prefix(Int(max(count, 0))).map { event in
            Event(
                id: unsafe event.data.u64,
                // An error or a hang-up is found by reading.
                isReadable: unsafe event.events & ~EPOLLOUT.rawValue != 0,
                isWritable: unsafe event.events & EPOLLOUT.rawValue != 0)
        }
    }
}
