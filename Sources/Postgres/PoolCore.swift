internal import Glibc
internal import Logging
internal import Synchronization

/// Carries out what ``PoolStateMachine`` decides, between callers and the ``Driver``.
final class PoolCore: Sendable {
    typealias Lease = CheckedContinuation<Result<ConnectionID, PostgresError>, Never>

    private struct State {
        var machine: PoolStateMachine
        var leases: [RequestID: Lease] = [:]
        var closers: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
        /// When the driver will look at the clock by itself; it is woken for anything earlier.
        var wakeUp: ContinuousClock.Instant?
    }

    private enum Effect {
        case resume(Lease?, Result<ConnectionID, PostgresError>)
        case send(DriverCommand)
    }

    let mailbox: Mailbox
    private let logger: Logger
    private let clock = ContinuousClock()
    private let requests = Atomic<UInt64>(0)
    private let state: Mutex<State>

    init(configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        self.mailbox = try Mailbox()
        self.logger = logger
        self.state = Mutex(
            State(
                machine: PoolStateMachine(
                    settings: .init(
                        connections: configuration.connections, waiters: configuration.waiters,
                        acquireTimeout: configuration.acquireTimeout,
                        idleTimeout: configuration.idleTimeout))))
    }

    // MARK: For callers

    /// Waits for a connection of the caller's own, to be given back by ``release(_:)`` or
    /// ``discard(_:)``.
    ///
    /// - Throws: `.poolExhausted`, `.connectionFailed`, `.poolClosed`, `.cancelled`
    nonisolated(nonsending) func lease() async throws(PostgresError) -> ConnectionID {
        guard !Task.isCancelled else { throw PostgresError(.cancelled) }
        let (number, _) = self.requests.add(1, ordering: .relaxed)
        let id = RequestID(rawValue: number)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (lease: Lease) in
                self.update { state in
                    state.leases[id] = lease
                    return state.machine.requested(id, now: self.clock.now)
                }
            }
        } onCancel: {
            self.update { $0.machine.cancelled(id) }
        }
        return try result.get()
    }

    func release(_ id: ConnectionID) {
        self.update { $0.machine.released(id, now: self.clock.now) }
    }

    /// Gives a connection back that nobody should use again.
    func discard(_ id: ConnectionID) {
        self.mailbox.send(.close(id))
        self.update { $0.machine.lost(id, now: self.clock.now) }
    }

    /// Runs statements on a leased connection in one round trip.
    nonisolated(nonsending) func run(
        _ work: Batch.Work, on id: ConnectionID, timeout: Duration
    ) async -> BatchReply {
        let deadline = self.clock.now + timeout
        return await withCheckedContinuation { reply in
            self.mailbox.send(
                .run(id, Batch(work: work, deadline: deadline, reply: reply)))
        }
    }

    /// Serves no one from now on.
    func close() { self.update { $0.machine.closed() } }

    /// Returns once the last connection is closed and the driver's thread has ended.
    nonisolated(nonsending) func closed() async {
        await withCheckedContinuation { closer in
            let isFinished = self.state.withLock { state in
                if !state.isFinished { state.closers.append(closer) }
                return state.isFinished
            }
            if isFinished { closer.resume() }
        }
    }

    // MARK: For the driver

    func opened(_ id: ConnectionID) {
        self.logger.debug("database connection opened")
        self.update { $0.machine.opened(id, now: self.clock.now) }
    }

    func openFailed(_ id: ConnectionID, _ error: PostgresError) {
        self.logger.warning(
            "database connection failed", metadata: ["error": "\(error.debugDescription)"])
        let jitter = Double.random(in: 0...1)
        self.update { $0.machine.openFailed(id, error, jitter: jitter, now: self.clock.now) }
    }

    func lost(_ id: ConnectionID, _ error: PostgresError) {
        self.logger.warning("database connection lost", metadata: ["error": "\(error)"])
        self.update { $0.machine.lost(id, now: self.clock.now) }
    }

    func timePassed(now: ContinuousClock.Instant) {
        self.update { $0.machine.timePassed(now: now) }
    }

    /// When the driver must call ``timePassed(now:)`` next.
    func nextDeadline() -> ContinuousClock.Instant? {
        self.state.withLock { state in
            state.wakeUp = state.machine.nextDeadline
            return state.wakeUp
        }
    }

    /// The driver's thread is at its end.
    func finished() {
        let closers = self.state.withLock { state in
            state.isFinished = true
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Lets the machine decide under the lock, and does what it says after unlocking.
    private func update(_ decide: (inout State) -> [PoolStateMachine.Action]) {
        let (effects, mustWake) = self.state.withLock { state -> ([Effect], Bool) in
            let effects = decide(&state).map { Self.effect(of: $0, in: &state) }
            guard let next = state.machine.nextDeadline, next < state.wakeUp ?? .farFuture else {
                return (effects, false)
            }
            state.wakeUp = next
            return (effects, true)
        }
        for effect in effects {
            switch effect {
            case .resume(let lease, let result): lease?.resume(returning: result)
            case .send(let command): self.mailbox.send(command)
            }
        }
        if mustWake { self.mailbox.wake() }
    }

    private static func effect(
        of action: PoolStateMachine.Action, in state: inout State
    ) -> Effect {
        switch action {
        case .lease(let request, let id):
            .resume(state.leases.removeValue(forKey: request), .success(id))
        case .fail(let request, let error):
            .resume(state.leases.removeValue(forKey: request), .failure(error))
        case .open(let id): .send(.open(id))
        case .close(let id): .send(.close(id))
        case .finish: .send(.stop)
        }
    }
}

extension ContinuousClock.Instant {
    /// Later than anything waits.
    fileprivate static var farFuture: Self { ContinuousClock.now + .seconds(86_400 * 365) }
}
