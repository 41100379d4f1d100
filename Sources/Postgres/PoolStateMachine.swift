/// Decides which caller gets which connection, and when connections are opened and closed.
///
///     opening ──opened──▶ idle ◀──released── leased
///        │ failed           │ lost, idle too long   │ lost
///        ▼                  ▼                       ▼
///     (gone; the next one waits for the backoff) ──────
///
/// Pure: time is passed in, and every function returns what is to be done. A caller is known by
/// its ``RequestID``, a connection by its ``ConnectionID``; ids are never used twice.
struct PoolStateMachine {
    typealias Instant = ContinuousClock.Instant

    struct Settings: Sendable {
        var connections = 4
        var waiters = 4096
        var acquireTimeout = Duration.seconds(5)
        var idleTimeout = Duration.seconds(300)
    }

    enum Action: Hashable, Sendable {
        case lease(RequestID, ConnectionID)
        case fail(RequestID, PostgresError)
        case open(ConnectionID)
        case close(ConnectionID)
        /// The pool was closed and its last connection is gone.
        case finish
    }

    private enum Connection {
        case opening
        case idle(since: Instant)
        case leased
    }

    private enum Life {
        case open
        case closing
        case finished
    }

    private struct Waiter {
        let id: RequestID
        let deadline: Instant
    }

    private let settings: Settings
    private var life = Life.open
    private var connections: [ConnectionID: Connection] = [:]
    /// Idle connections; the last one used is taken first, so that surplus ones age and go.
    private var idle: [ConnectionID] = []
    /// Oldest first, so also by deadline: all wait equally long. Few give up, so those are searched.
    private var waiters = Queue<Waiter>()
    private var lastConnection = ConnectionID(rawValue: 0)
    /// After a failed attempt to connect: how many in a row, the reason, and when to try again.
    private var trouble: (failures: Int, error: PostgresError, retry: Instant)?

    init(settings: Settings) { self.settings = settings }

    /// When ``timePassed(now:)`` has something to do next; `nil` if never.
    var nextDeadline: Instant? {
        var next = self.waiters.first?.deadline
        if let retry = self.trouble?.retry, !self.waiters.isEmpty {
            next = min(next ?? retry, retry)
        }
        if let oldest = self.idle.first, case .idle(let since) = self.connections[oldest] {
            let end = since + self.settings.idleTimeout
            next = min(next ?? end, end)
        }
        return next
    }

    /// A caller asks for a connection.
    mutating func requested(_ id: RequestID, now: Instant) -> [Action] {
        guard case .open = self.life else { return [.fail(id, Self.closedError)] }
        if let connection = self.idle.popLast() {
            self.connections[connection] = .leased
            return [.lease(id, connection)]
        }
        guard self.waiters.count < self.settings.waiters else {
            return [.fail(id, PostgresError(.poolExhausted, detail: "too many callers wait"))]
        }
        self.waiters.append(Waiter(id: id, deadline: now + self.settings.acquireTimeout))
        return self.openWhatIsNeeded(now: now)
    }

    /// A waiting caller went away. One that has its connection already is left alone.
    mutating func cancelled(_ id: RequestID) -> [Action] {
        guard self.waiters.remove(where: { $0.id == id }) else { return [] }
        return [.fail(id, PostgresError(.cancelled))]
    }

    /// A caller gave its connection back, in order.
    mutating func released(_ id: ConnectionID, now: Instant) -> [Action] {
        guard case .leased = self.connections[id] else { return [] }
        return self.becameFree(id, now: now)
    }

    mutating func opened(_ id: ConnectionID, now: Instant) -> [Action] {
        guard case .opening = self.connections[id] else { return [] }
        self.trouble = nil
        return self.becameFree(id, now: now) + self.openWhatIsNeeded(now: now)
    }

    /// An attempt to connect failed.
    ///
    /// - Parameter jitter: 0...1, how much of the backoff to wait.
    mutating func openFailed(
        _ id: ConnectionID, _ error: PostgresError, jitter: Double, now: Instant
    ) -> [Action] {
        guard case .opening = self.connections.removeValue(forKey: id) else { return [] }
        let failures = (self.trouble?.failures ?? 0) + 1
        let backoff = min(Duration.milliseconds(50) * (1 << min(failures, 7)), .seconds(5))
        self.trouble = (failures, error, now + backoff * (0.5 + jitter / 2))
        if error.isTransient { return self.finishIfEmpty() }
        return self.failAllWaiters(error) + self.finishIfEmpty()
    }

    /// A connection broke, or was given back in a state nobody may see: it exists no more.
    mutating func lost(_ id: ConnectionID, now: Instant) -> [Action] {
        guard self.connections.removeValue(forKey: id) != nil else { return [] }
        self.idle.removeAll { $0 == id }
        return self.finishIfEmpty() + self.openWhatIsNeeded(now: now)
    }

    /// Callers that waited too long fail; idle connections past their time close; retries start.
    mutating func timePassed(now: Instant) -> [Action] {
        var actions: [Action] = []
        while let waiter = self.waiters.first, waiter.deadline <= now {
            self.waiters.removeFirst()
            let error = self.trouble?.error ?? PostgresError(.poolExhausted)
            actions.append(.fail(waiter.id, error))
        }
        while let oldest = self.idle.first, case .idle(let since) = self.connections[oldest],
            since + self.settings.idleTimeout <= now
        {
            self.idle.removeFirst()
            self.connections[oldest] = nil
            actions.append(.close(oldest))
        }
        return actions + self.openWhatIsNeeded(now: now)
    }

    /// No caller is served from now on; leased connections close as they come back.
    mutating func closed() -> [Action] {
        guard case .open = self.life else { return [] }
        self.life = .closing
        let unused = self.connections.filter { _, connection in
            if case .leased = connection { false } else { true }
        }.keys.sorted()
        for id in unused { self.connections[id] = nil }
        self.idle = []
        return self.failAllWaiters(Self.closedError) + unused.map(Action.close)
            + self.finishIfEmpty()
    }

    private mutating func becameFree(_ id: ConnectionID, now: Instant) -> [Action] {
        if case .open = self.life {
            if let waiter = self.waiters.removeFirst() {
                self.connections[id] = .leased
                return [.lease(waiter.id, id)]
            }
            self.connections[id] = .idle(since: now)
            self.idle.append(id)
            return []
        }
        self.connections[id] = nil
        return [.close(id)] + self.finishIfEmpty()
    }

    /// Opens a connection for each waiter that none is being opened for. While connecting fails,
    /// one attempt at a time probes whether the server is back.
    private mutating func openWhatIsNeeded(now: Instant) -> [Action] {
        guard case .open = self.life else { return [] }
        if let trouble = self.trouble, now < trouble.retry { return [] }
        let opening = self.connections.values.count {
            if case .opening = $0 { true } else { false }
        }
        let room = self.settings.connections - self.connections.count
        let wanted = self.trouble == nil ? self.waiters.count : min(self.waiters.count, 1)
        var actions: [Action] = []
        for _ in 0..<max(0, min(room, wanted - opening)) {
            self.lastConnection = self.lastConnection.next
            self.connections[self.lastConnection] = .opening
            actions.append(.open(self.lastConnection))
        }
        return actions
    }

    private mutating func failAllWaiters(_ error: PostgresError) -> [Action] {
        var actions: [Action] = []
        while let waiter = self.waiters.removeFirst() { actions.append(.fail(waiter.id, error)) }
        return actions
    }

    private mutating func finishIfEmpty() -> [Action] {
        guard case .closing = self.life, self.connections.isEmpty else { return [] }
        self.life = .finished
        return [.finish]
    }

    private static var closedError: PostgresError { PostgresError(.poolClosed) }
}

/// A caller of the pool.
struct RequestID: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt64
}

/// A connection of the pool, from the attempt to open it on.
struct ConnectionID: RawRepresentable, Hashable, Comparable, Sendable {
    let rawValue: UInt64

    var next: ConnectionID { ConnectionID(rawValue: self.rawValue + 1) }

    static func < (left: ConnectionID, right: ConnectionID) -> Bool {
        left.rawValue < right.rawValue
    }
}
