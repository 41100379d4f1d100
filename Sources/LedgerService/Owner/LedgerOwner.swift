internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle
internal import Synchronization

/// Owns the books, or stands by until their owner is gone.
///
/// As the owner it keeps all balances in memory, decides the requests of all callers in order, and
/// answers when the journal has what it decided. While one batch is on its way to the disk the next
/// gathers: a lone caller never waits for company, and many share one commit.
final class LedgerOwner: Service {
    struct Limits: Sendable {
        /// The most events that one commit takes.
        var batchEvents = 8_190
        /// The most events that wait.
        var queuedEvents = 65_520
        /// How many transfers are remembered after they were made.
        var recent = 131_072
        /// How long one commit is tried when the database fails.
        var commitLimit = Duration.seconds(10)
        /// A standby takes over so long after the owner's last sign of life.
        var lease = Duration.seconds(3)
        /// How long a request may wait for its turn; then it is refused, not done.
        var patience = Duration.seconds(60)
        var sweepInterval = Duration.seconds(1)
        var checkpointInterval = Duration.seconds(10)
    }

    let database: PostgresPool
    let ownership: Ownership
    let clock: any WallClock
    let limits: Limits
    let logger: Logger
    private let queue: Mutex<RequestQueue>
    private let status = Mutex(Status())
    /// Holds at most one signal: that there is something to do.
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    private struct Status {
        var isDraining = false
        var isOwner = false
        var isLost = false
        var commitCount = 0
        /// Until then nobody else can have taken the books over.
        var leaseEnd = ContinuousClock.now
    }

    init(
        database: PostgresPool, shard: Int16, holder: UUID128, clock: any WallClock,
        limits: Limits = Limits(), logger: Logger
    ) {
        self.database = database
        self.ownership = Ownership(
            database: database, shard: shard, holder: holder, lease: limits.lease)
        self.clock = clock
        self.limits = limits
        self.logger = logger
        var queue = RequestQueue(eventLimit: limits.queuedEvents)
        queue.close(because: .standby)
        self.queue = Mutex(queue)
        (self.signals, self.signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether requests are taken.
    var isOwner: Bool { self.status.withLock { $0.isOwner } }

    /// Returns when what the request changes is durable.
    ///
    /// - Throws: `UNAVAILABLE` when this process does not own the books, the queue is full, the
    ///   request's turn does not come in time or the database does not answer; `mayHaveRun` tells whether the outcome is open. What the
    ///   operation barrier refuses.
    func submit(_ request: LedgerRequest) async throws(RPCError) -> LedgerReply {
        let answer: LedgerAnswer = await withCheckedContinuation { caller in
            let refusal: RPCError? = self.queue.withLock { queue in
                do throws(RPCError) {
                    try queue.append(request, caller)
                    return nil
                } catch {
                    return error
                }
            }
            if let refusal {
                caller.resume(returning: .failure(refusal))
            } else {
                self.signal.yield()
            }
        }
        return try answer.get()
    }

    /// Takes turns as the owner until it is told to stop; then commits what still waits, writes a
    /// last checkpoint and lets the standby take over.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskGroup { group in
                group.addTask { await self.tick() }
                var signals = self.signals.makeAsyncIterator()
                while !self.isDraining, !Task.isCancelled {
                    await self.takeTurn(&signals)
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.status.withLock { $0.isDraining = true }
            self.signal.finish()
        }
        self.close(because: .draining)
    }

    /// Wakes the turn for what is due by time.
    private func tick() async {
        while (try? await Task.sleep(for: .milliseconds(200))) != nil { self.signal.yield() }
    }

    /// One turn as the owner, from the claim to its loss, or a short wait for it.
    private func takeTurn(_ signals: inout AsyncStream<Void>.AsyncIterator) async {
        let claimed = ContinuousClock.now
        do {
            guard let epoch = try await self.ownership.claim() else {
                _ = await signals.next()
                return
            }
            self.logger.notice("owner of the books", metadata: ["epoch": "\(epoch)"])
            self.status.withLock { status in
                status.isLost = false
                status.leaseEnd = claimed + self.limits.lease
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await self.keepRenewing(epoch: epoch) }
                let loaded = try await BooksLoader(
                    database: self.database, shard: self.ownership.shard,
                    recent: self.limits.recent, logger: self.logger
                ).load()
                var turn = OwnerTurn(owner: self, loaded: loaded, epoch: epoch)
                self.open()
                await turn.run(&signals)
                self.close(because: self.isDraining ? .draining : .standby)
                await turn.end()
                group.cancelAll()
            }
            if self.isDraining { try await self.ownership.release(epoch: epoch) }
        } catch {
            self.close(because: .standby)
            self.logger.error(
                "no turn as the owner", metadata: ["error": "\(String(reflecting: error))"])
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private func keepRenewing(epoch: Int64) async {
        while (try? await Task.sleep(for: self.limits.lease / 4)) != nil {
            guard await self.renew(epoch: epoch) else { return }
        }
    }

    /// - Returns: Whether the books may still be this process's.
    func renew(epoch: Int64) async -> Bool {
        let start = ContinuousClock.now
        do throws(PostgresError) {
            guard try await self.ownership.renew(epoch: epoch) else {
                self.status.withLock { $0.isLost = true }
                self.signal.yield()
                return false
            }
            self.status.withLock { $0.leaseEnd = start + self.limits.lease }
        } catch {
            self.logger.warning("lease not renewed", metadata: ["error": "\(error)"])
        }
        return true
    }
}

// MARK: - For the turn

extension LedgerOwner {
    var isDraining: Bool { self.status.withLock { $0.isDraining } }
    var isLost: Bool { self.status.withLock { $0.isLost } }
    /// Whether nobody else can have taken the books over yet.
    var isLeaseGood: Bool { self.status.withLock { $0.leaseEnd > ContinuousClock.now } }
    /// How many batches have been made durable.
    var commitCount: Int { self.status.withLock { $0.commitCount } }
    func countCommit() { self.status.withLock { $0.commitCount += 1 } }
    var hasWaiting: Bool { self.queue.withLock { !$0.isEmpty } }

    func takeBatch() -> [RequestQueue.Waiting] {
        let (late, batch) = self.queue.withLock { queue in
            (
                queue.takeLate(before: .now - self.limits.patience),
                queue.takeBatch(events: self.limits.batchEvents)
            )
        }
        for waiting in late { waiting.caller.resume(returning: .failure(.tooLate)) }
        return batch
    }

    private func open() {
        self.queue.withLock { $0.open() }
        self.status.withLock { $0.isOwner = true }
    }

    /// Nothing more is let in; what waits is refused unless the process drains.
    private func close(because reason: RPCError) {
        self.status.withLock { $0.isOwner = false }
        let waiting = self.queue.withLock { queue in
            queue.close(because: reason)
            return queue.takeBatch(events: .max)
        }
        for waiting in waiting { waiting.caller.resume(returning: .failure(reason)) }
    }
}

extension RPCError {
    static let tooLate = RPCError.unavailable(
        "the ledger is too slow for all that waits; try again later", mayHaveRun: false)

    static let standby = RPCError.unavailable(
        "this ledger stands by for another that owns the books", mayHaveRun: false)
    static let draining = RPCError.unavailable(
        "the ledger is shutting down", reason: .draining, mayHaveRun: false)
}
