package import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle
internal import Synchronization

/// Gathers the work of many callers and makes it durable together: a commit costs the same for one
/// as for hundreds.
///
/// While one batch is on its way the next one gathers, so a lone caller never waits for company. A
/// batch is one transaction; what one caller is refused for is that caller's alone. ``run()`` must
/// be running for anything to be done.
package final class GroupCommit<Work: Sendable, Reply: Sendable>: Service {
    /// Does a batch as one transaction. It may be run again with the same work, whether or not it
    /// happened, and then has to come to the same answers.
    package typealias Commit =
        @Sendable ([Work]) async throws -> [Result<Reply, any Error>]

    private struct Waiting: Sendable {
        let work: Work
        let caller: CheckedContinuation<Result<Reply, any Error>, Never>
        let since: ContinuousClock.Instant
    }

    private struct State {
        var waiting: [Waiting] = []
        var isClosed = false

        /// Those that came first, as far as they came before `moment`.
        mutating func takeLate(before moment: ContinuousClock.Instant) -> [Waiting] {
            let late = Array(self.waiting.prefix { $0.since < moment })
            self.waiting.removeFirst(late.count)
            return late
        }

        mutating func takeBatch(limit: Int) -> [Waiting] {
            let batch = Array(self.waiting.prefix(limit))
            self.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private let limit: Int
    private let batchLimit: Int
    private let patience: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let attempts: Int
    private let logger: Logger
    private let commit: Commit
    private let state = Mutex(State())
    /// Holds at most one signal: that somebody waits.
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - limit: How many may wait; more are refused at once.
    ///   - batchLimit: How many one transaction takes.
    ///   - patience: How long one may wait behind other batches; then it is refused, not done: by
    ///     now its caller has given up.
    ///   - now: Tells the time that patience is counted by.
    ///   - attempts: How often a batch is tried when the database fails in ways that pass.
    package init(
        limit: Int = 8_192, batchLimit: Int = 512, patience: Duration = .seconds(30),
        attempts: Int = 6, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        commit: @escaping Commit
    ) {
        self.limit = limit
        self.batchLimit = batchLimit
        self.patience = patience
        self.now = now
        self.attempts = attempts
        self.logger = logger
        self.commit = commit
        (self.signals, self.signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many wait to be taken into a batch.
    package var waitingCount: Int { self.state.withLock { $0.waiting.count } }

    /// Returns when the work is durable.
    ///
    /// - Throws: What the work was refused for; `UNAVAILABLE` when too many wait, its turn does not
    ///   come in time, the process drains, or the database does not answer: `mayHaveRun` tells
    ///   whether it is open.
    package func submit(_ work: Work) async throws -> Reply {
        let result: Result<Reply, any Error> = await withCheckedContinuation { caller in
            let refusal: RPCError? = self.state.withLock { state in
                if state.isClosed {
                    return .unavailable(
                        "the service is shutting down", reason: .draining, mayHaveRun: false)
                }
                if state.waiting.count >= self.limit {
                    return .unavailable(
                        "more waits to be written than can be; try again later",
                        mayHaveRun: false)
                }
                state.waiting.append(Waiting(work: work, caller: caller, since: self.now()))
                return nil
            }
            if let refusal {
                caller.resume(returning: .failure(refusal))
            } else {
                self.signal.yield()
            }
        }
        return try result.get()
    }

    /// Commits until it is told to stop, then what still waits.
    package func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in self.signals { await self.commitWaiting() }
        } onGracefulShutdown: {
            self.signal.finish()
        }
        self.state.withLock { $0.isClosed = true }
        await self.commitWaiting()
    }

    private func commitWaiting() async {
        // Only behind another batch is waiting the database's fault: whoever finds none at work is
        // done, however late this process gets round to it.
        var isBehind = false
        while true {
            let (late, batch) = self.state.withLock { state in
                (
                    isBehind ? state.takeLate(before: self.now() - self.patience) : [],
                    state.takeBatch(limit: self.batchLimit)
                )
            }
            isBehind = true
            for waiting in late { waiting.caller.resume(returning: .failure(Self.tooLate)) }
            guard !batch.isEmpty else { return }
            await self.carryOut(batch)
        }
    }

    private static var tooLate: RPCError {
        .unavailable(
            "the database is too slow for all that waits to be written; try again later",
            mayHaveRun: false)
    }

    /// - Parameter isOpen: Whether it may have happened already.
    private func carryOut(_ batch: [Waiting], isOpen: Bool = false) async {
        var isOpen = isOpen
        var lastError: PostgresError?
        for attempt in 1...self.attempts {
            do {
                let answers = try await self.commit(batch.map(\.work))
                for (waiting, answer) in zip(batch, answers) {
                    waiting.caller.resume(returning: answer)
                }
                return
            } catch let error as PostgresError {
                isOpen = isOpen || error.code == .commitOutcomeUnknown
                lastError = error
                self.log(error, batch.count)
                // Another process wrote the same at this moment: what it wrote is seen next time.
                guard error.isTransient || error.code == .uniqueViolation else {
                    return await self.separate(batch, because: error, isOpen: isOpen)
                }
            } catch {
                self.log(error, batch.count)
                return await self.separate(batch, because: error, isOpen: isOpen)
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 0...(4 << attempt))))
        }
        if let lastError, lastError.code == .uniqueViolation {
            return await self.separate(batch, because: lastError, isOpen: isOpen)
        }
        let failure = RPCError.unavailable(
            "the database does not answer; try again", reason: .databaseUnavailable,
            mayHaveRun: isOpen)
        for waiting in batch { waiting.caller.resume(returning: .failure(failure)) }
    }

    /// One of them is more than the database can take, and the others shall not suffer: the half
    /// that it is in is tried by halves again.
    private func separate(_ batch: [Waiting], because error: any Error, isOpen: Bool) async {
        guard batch.count > 1 else {
            for waiting in batch { waiting.caller.resume(returning: .failure(error)) }
            return
        }
        await self.carryOut(Array(batch[..<(batch.count / 2)]), isOpen: isOpen)
        await self.carryOut(Array(batch[(batch.count / 2)...]), isOpen: isOpen)
    }

    private func log(_ error: any Error, _ count: Int) {
        self.logger.warning(
            "batch not committed",
            metadata: ["error": "\(String(reflecting: error))", "requests": "\(count)"])
    }
}
