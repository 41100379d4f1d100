internal import CLinux
internal import Glibc
internal import Synchronization

/// What other threads ask of the driver.
enum DriverCommand: Sendable {
    case open(ConnectionID)
    case run(ConnectionID, Batch)
    case close(ConnectionID)
    case stop
}

/// Statements for one connection, and who waits for what they come to.
struct Batch: Sendable {
    enum Work {
        case statements([EncodedStatement])
        /// Statements in one text, without parameters and with no rows wanted.
        case script(PostgresScript)
    }

    let work: Work
    let deadline: ContinuousClock.Instant
    let reply: CheckedContinuation<BatchReply, Never>
}

struct BatchReply: Sendable {
    let outcome: Connection.Pipeline.Outcome
    /// Whether the connection broke: what was sent may have happened all the same.
    let isLost: Bool
    /// Whether anything can have left for the server.
    let wasSent: Bool
    /// Whether the connection is outside of a transaction.
    let isIdle: Bool
}

/// Carries commands to the driver's thread and wakes it.
final class Mailbox: Sendable {
    /// Becomes readable when there is something to do.
    let wakeUp: Int32
    private let commands = Mutex<[DriverCommand]>([])

    init() throws(PostgresError) {
        self.wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard self.wakeUp >= 0 else {
            throw PostgresError(.connectionFailed, detail: "eventfd: errno \(errno)")
        }
    }

    deinit { _ = Glibc.close(self.wakeUp) }

    func send(_ command: DriverCommand) {
        let wasEmpty = self.commands.withLock { commands in
            commands.append(command)
            return commands.count == 1
        }
        if wasEmpty { self.wake() }
    }

    /// Makes the driver look at the clock again.
    func wake() { _ = eventfd_write(self.wakeUp, 1) }

    /// Everything sent so far, oldest first.
    func takeAll() -> [DriverCommand] {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(self.wakeUp, &count)
        return self.commands.withLock { commands in
            defer { commands = [] }
            return commands
        }
    }
}
