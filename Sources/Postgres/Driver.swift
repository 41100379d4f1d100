internal import Dispatch

/// Moves the bytes of all connections of a pool, on a thread of its own.
///
/// The one place that waits: for sockets, for commands from other threads, for deadlines. It is
/// made and used on its thread alone.
struct Driver: ~Copyable {
    typealias Instant = ContinuousClock.Instant

    /// One connection and what is going on on it.
    private struct Line {
        enum Activity {
            case connecting(deadline: Instant)
            case resting
            case running(Batch)
        }

        let connection: Connection
        var activity: Activity
        var interest = Connection.Interest.writing

        var deadline: Instant? {
            switch self.activity {
            case .connecting(let deadline): deadline
            case .resting: nil
            case .running(let batch): batch.deadline
            }
        }
    }

    /// The id under which the mailbox is watched; connections count from 1.
    private static let mailboxID: UInt64 = 0

    private let configuration: PostgresConfiguration
    private let core: PoolCore
    private let clock = ContinuousClock()
    private var poller: Poller
    private var lines: [ConnectionID: Line] = [:]
    private var isStopped = false

    init(core: PoolCore, configuration: PostgresConfiguration, poller: consuming Poller) {
        self.core = core
        self.configuration = configuration
        self.poller = poller
    }

    mutating func run() {
        self.poller.watch(self.core.mailbox.wakeUp, id: Self.mailboxID, for: .reading)
        while !self.isStopped {
            for event in self.poller.wait(self.timeUntilDeadline()) where event.id != 0 {
                self.handle(event)
            }
            for command in self.core.mailbox.takeAll() { self.obey(command) }
            self.expire()
        }
    }

    private func timeUntilDeadline() -> Duration {
        let deadlines = self.lines.values.compactMap(\.deadline)
        let next = ([self.core.nextDeadline()].compactMap(\.self) + deadlines).min()
        guard let next else { return .seconds(60) }
        return next - self.clock.now
    }

    private mutating func obey(_ command: DriverCommand) {
        switch command {
        case .open(let id): self.open(id)
        case .run(let id, let batch): self.send(batch, on: id)
        case .close(let id): self.lines[id] = nil
        case .stop: self.isStopped = true
        }
    }

    private mutating func open(_ id: ConnectionID) {
        do throws(PostgresError) {
            let connection = try Connection(
                dsn: self.configuration.dsn, session: self.configuration.session,
                preparedStatements: self.configuration.preparedStatements)
            let deadline = self.clock.now + self.configuration.connectTimeout
            self.lines[id] = Line(
                connection: connection, activity: .connecting(deadline: deadline))
            self.continueConnecting(id, connection)
        } catch {
            self.core.openFailed(id, error)
        }
    }

    private mutating func continueConnecting(_ id: ConnectionID, _ connection: Connection) {
        switch connection.continueConnecting() {
        case .connecting(let interest):
            // Always anew: libpq may have gone on to the next host on another socket.
            self.poller.watch(connection.socket, id: id.rawValue, for: interest)
        case .connected:
            self.lines[id]?.activity = .resting
            self.watch(id, for: .reading)
            self.core.opened(id)
        case .failed(let error):
            self.lines[id] = nil
            self.core.openFailed(id, error)
        }
    }

    private mutating func send(_ batch: Batch, on id: ConnectionID) {
        guard let line = self.lines[id], case .resting = line.activity else {
            let error = PostgresError(.connectionLost, detail: "it was gone before the statement")
            return batch.reply.resume(
                returning: BatchReply(
                    outcome: .failure(error), isLost: true, wasSent: false, isIdle: false))
        }
        self.lines[id]?.activity = .running(batch)
        self.follow(line.connection.send(batch.work), of: id)
    }

    private mutating func handle(_ event: Poller.Event) {
        // A line may have been closed by an earlier event of the same round.
        let id = ConnectionID(rawValue: event.id)
        guard let line = self.lines[id] else { return }
        switch line.activity {
        case .connecting:
            self.continueConnecting(id, line.connection)
        case .resting, .running:
            self.follow(
                event.isReadable ? line.connection.readable() : line.connection.writable(), of: id)
        }
    }

    private mutating func follow(_ progress: Connection.Progress, of id: ConnectionID) {
        guard let line = self.lines[id] else { return }
        switch progress {
        case .waiting(let interest):
            self.watch(id, for: interest)
        case .finished(let outcome):
            guard case .running(let batch) = line.activity else { return }
            self.lines[id]?.activity = .resting
            self.watch(id, for: .reading)
            batch.reply.resume(
                returning: BatchReply(
                    outcome: outcome, isLost: false, wasSent: true,
                    isIdle: line.connection.isIdle))
        case .lost(let error):
            self.drop(id, because: error)
        }
    }

    private mutating func watch(_ id: ConnectionID, for interest: Connection.Interest) {
        guard let line = self.lines[id], line.interest != interest else { return }
        self.lines[id]?.interest = interest
        self.poller.watch(line.connection.socket, id: id.rawValue, for: interest)
    }

    /// Closes a connection and tells the pool first, so that whoever waited for it does not get
    /// it again.
    private mutating func drop(_ id: ConnectionID, because error: PostgresError) {
        guard let line = self.lines.removeValue(forKey: id) else { return }
        switch line.activity {
        case .connecting:
            self.core.openFailed(id, error)
        case .resting:
            self.core.lost(id, error)
        case .running(let batch):
            self.core.lost(id, error)
            batch.reply.resume(
                returning: BatchReply(
                    outcome: .failure(error), isLost: true, wasSent: true, isIdle: false))
        }
    }

    private mutating func expire() {
        let now = self.clock.now
        for (id, line) in self.lines {
            guard let deadline = line.deadline, deadline <= now else { continue }
            switch line.activity {
            case .connecting:
                self.drop(id, because: PostgresError(.connectionFailed, detail: "timed out"))
            case .resting, .running:
                // The server would go on without us. Asking it blocks, so another thread asks.
                if let request = line.connection.cancelRequest {
                    DispatchQueue.global().async { request.send() }
                }
                self.drop(id, because: PostgresError(.timeout))
            }
        }
        self.core.timePassed(now: now)
    }
}
