import Testing

@testable import Postgres

@Suite("PoolStateMachine")
struct PoolStateMachineTests {
    typealias Action = PoolStateMachine.Action

    private let start = ContinuousClock.now

    private static func machine(
        connections: Int = 1, waiters: Int = 10
    ) -> PoolStateMachine {
        PoolStateMachine(
            settings: .init(
                connections: connections, waiters: waiters, acquireTimeout: .seconds(5),
                idleTimeout: .seconds(60)))
    }

    private static func request(_ number: UInt64) -> RequestID { RequestID(rawValue: number) }
    private static func connection(_ number: UInt64) -> ConnectionID {
        ConnectionID(rawValue: number)
    }

    @Test("Opens a connection for the first caller, and hands it on from one to the next")
    func handsOn() {
        var pool = Self.machine()
        let one = Self.connection(1)
        #expect(pool.requested(Self.request(1), now: self.start) == [.open(one)])
        #expect(pool.requested(Self.request(2), now: self.start) == [])
        #expect(pool.opened(one, now: self.start) == [.lease(Self.request(1), one)])
        #expect(pool.released(one, now: self.start) == [.lease(Self.request(2), one)])
        #expect(pool.released(one, now: self.start) == [])
        #expect(pool.requested(Self.request(3), now: self.start) == [.lease(Self.request(3), one)])
    }

    @Test("Opens no more connections than it may")
    func isBounded() {
        var pool = Self.machine(connections: 2)
        let actions = (UInt64(1)...5).flatMap { pool.requested(Self.request($0), now: self.start) }
        #expect(actions == [.open(Self.connection(1)), .open(Self.connection(2))])
    }

    @Test("Refuses a caller when too many wait, and one that waited too long")
    func refuses() {
        var pool = Self.machine(waiters: 1)
        _ = pool.requested(Self.request(1), now: self.start)
        let refused = pool.requested(Self.request(2), now: self.start)
        #expect(refused.codes == [.poolExhausted])
        #expect(pool.nextDeadline == self.start + .seconds(5))
        #expect(pool.timePassed(now: self.start + .seconds(4)) == [])
        let late = pool.timePassed(now: self.start + .seconds(5))
        #expect(late.codes == [.poolExhausted])
    }

    @Test("A caller that went away is forgotten; one that was served is not")
    func cancels() {
        var pool = Self.machine()
        let one = Self.connection(1)
        _ = pool.requested(Self.request(1), now: self.start)
        _ = pool.requested(Self.request(2), now: self.start)
        #expect(pool.cancelled(Self.request(1)).codes == [.cancelled])
        #expect(pool.opened(one, now: self.start) == [.lease(Self.request(2), one)])
        #expect(pool.cancelled(Self.request(2)) == [])
    }

    @Test("After a failed attempt it waits, then probes with one connection")
    func backsOff() {
        var pool = Self.machine(connections: 4)
        let refused = PostgresError(.connectionFailed)
        for number in UInt64(1)...4 { _ = pool.requested(Self.request(number), now: self.start) }
        for number in UInt64(1)...4 {
            let actions = pool.openFailed(
                Self.connection(number), refused, jitter: 1, now: self.start)
            #expect(actions == [])
        }
        // 50 ms, doubled with each of the four failures.
        #expect(pool.nextDeadline == self.start + .milliseconds(800))
        #expect(pool.timePassed(now: self.start + .milliseconds(799)) == [])
        let probe = pool.timePassed(now: self.start + .milliseconds(800))
        #expect(probe == [.open(Self.connection(5))])
        let opened = pool.opened(Self.connection(5), now: self.start + .milliseconds(801))
        #expect(opened.first == .lease(Self.request(1), Self.connection(5)))
        // The server is back: the others get theirs.
        #expect(opened.dropFirst().count == 3)
    }

    @Test("Whoever waits in vain for a server learns why; an error that stays is told at once")
    func tellsWhy() {
        var pool = Self.machine()
        _ = pool.requested(Self.request(1), now: self.start)
        _ = pool.openFailed(
            Self.connection(1), PostgresError(.connectionFailed), jitter: 0, now: self.start)
        #expect(pool.timePassed(now: self.start + .seconds(5)).codes.first == .connectionFailed)

        var hopeless = Self.machine()
        _ = hopeless.requested(Self.request(1), now: self.start)
        let actions = hopeless.openFailed(
            Self.connection(1), PostgresError(.misuse), jitter: 0, now: self.start)
        #expect(actions.codes == [.misuse])
    }

    @Test("A lost connection is replaced when someone waits")
    func replacesLost() {
        var pool = Self.machine()
        _ = pool.requested(Self.request(1), now: self.start)
        _ = pool.opened(Self.connection(1), now: self.start)
        _ = pool.requested(Self.request(2), now: self.start)
        #expect(
            pool.lost(Self.connection(1), now: self.start) == [.open(Self.connection(2))])
        // Its holder finds out later, and gives back what is gone.
        #expect(pool.released(Self.connection(1), now: self.start) == [])
        #expect(pool.lost(Self.connection(1), now: self.start) == [])
    }

    @Test("Closes a connection that lay idle too long")
    func closesIdle() {
        var pool = Self.machine()
        _ = pool.requested(Self.request(1), now: self.start)
        _ = pool.opened(Self.connection(1), now: self.start)
        _ = pool.released(Self.connection(1), now: self.start)
        #expect(pool.nextDeadline == self.start + .seconds(60))
        #expect(
            pool.timePassed(now: self.start + .seconds(60)) == [.close(Self.connection(1))])
        #expect(pool.nextDeadline == nil)
    }

    @Test("Closing fails the waiting, closes the idle and waits for the leased")
    func closes() {
        var pool = Self.machine(connections: 2)
        let (one, two) = (Self.connection(1), Self.connection(2))
        _ = pool.requested(Self.request(1), now: self.start)
        _ = pool.requested(Self.request(2), now: self.start)
        _ = pool.opened(one, now: self.start)
        _ = pool.opened(two, now: self.start)
        _ = pool.released(one, now: self.start)
        #expect(pool.closed() == [.close(one)])
        #expect(pool.requested(Self.request(3), now: self.start).codes == [.poolClosed])
        #expect(pool.released(two, now: self.start) == [.close(two), .finish])
        #expect(pool.closed() == [])
    }

    @Test("No history leases a connection twice or opens too many; all callers are answered once")
    func keepsItsPromises() {
        for events in Event.sequences(length: 5) {
            var world = World(pool: Self.machine(connections: 2, waiters: 2), now: self.start)
            for event in events { world.happen(event) }
            world.settle()
            #expect(world.broken == nil, "\(events)")
            #expect(world.unanswered == 0, "\(events)")
        }
    }
}

extension [PoolStateMachine.Action] {
    fileprivate var codes: [PostgresError.Code] {
        self.compactMap { action in
            if case .fail(_, let error) = action { error.code } else { nil }
        }
    }
}

private enum Event: CaseIterable {
    case request, release, opened, openFailed, lost, time, close

    static func sequences(length: Int) -> [[Event]] {
        (0..<length).reduce([[]]) { sequences, _ in
            sequences.flatMap { sequence in Event.allCases.map { sequence + [$0] } }
        }
    }
}

/// Does what the machine asks, strictly, and notes the first thing it should not have asked.
private struct World {
    var pool: PoolStateMachine
    var now: ContinuousClock.Instant
    var broken: String?
    private var requests: UInt64 = 0
    private var waiting: Set<RequestID> = []
    private var opening: [ConnectionID] = []
    private var leased: [ConnectionID] = []
    private var open: Set<ConnectionID> = []
    private var isFinished = false

    init(pool: PoolStateMachine, now: ContinuousClock.Instant) {
        self.pool = pool
        self.now = now
    }

    var unanswered: Int { self.waiting.count }

    mutating func happen(_ event: Event) {
        switch event {
        case .request:
            self.requests += 1
            let id = RequestID(rawValue: self.requests)
            self.waiting.insert(id)
            self.perform(self.pool.requested(id, now: self.now))
        case .release:
            guard let id = self.leased.popLast() else { return }
            self.perform(self.pool.released(id, now: self.now))
        case .opened:
            guard let id = self.opening.popLast() else { return }
            self.open.insert(id)
            self.perform(self.pool.opened(id, now: self.now))
        case .openFailed:
            guard let id = self.opening.popLast() else { return }
            let error = PostgresError(.connectionFailed)
            self.perform(self.pool.openFailed(id, error, jitter: 0.5, now: self.now))
        case .lost:
            guard let id = self.open.min() else { return }
            self.open.remove(id)
            self.perform(self.pool.lost(id, now: self.now))
        case .time:
            self.now += .seconds(2)
            self.perform(self.pool.timePassed(now: self.now))
        case .close:
            self.perform(self.pool.closed())
        }
    }

    /// Lets everything end: all is given back and time passes.
    mutating func settle() {
        while !self.leased.isEmpty { self.happen(.release) }
        for _ in 1...4 { self.happen(.time) }
        while !self.leased.isEmpty { self.happen(.release) }
    }

    private mutating func perform(_ actions: [PoolStateMachine.Action]) {
        for action in actions {
            switch action {
            case .lease(let request, let id):
                self.check(self.waiting.remove(request) != nil, "answered twice: \(request)")
                self.check(self.open.contains(id), "leased a connection that is not open")
                self.check(!self.leased.contains(id), "leased twice: \(id)")
                self.leased.append(id)
            case .fail(let request, _):
                self.check(self.waiting.remove(request) != nil, "answered twice: \(request)")
            case .open(let id):
                self.opening.append(id)
                self.check(self.opening.count + self.open.count <= 2, "too many connections")
            case .close(let id):
                self.opening.removeAll { $0 == id }
                self.check(!self.leased.contains(id), "closed in use: \(id)")
                self.open.remove(id)
            case .finish:
                self.check(self.open.isEmpty && self.opening.isEmpty, "finished too early")
                self.check(!self.isFinished, "finished twice")
                self.isFinished = true
            }
        }
    }

    private mutating func check(_ isRight: Bool, _ complaint: String) {
        if !isRight, self.broken == nil { self.broken = complaint }
    }
}
