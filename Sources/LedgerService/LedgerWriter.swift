internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceLifecycle
internal import Synchronization

/// Gathers the requests of all callers and commits them together.
///
/// While one batch is on its way to the disk the next one gathers: a lone caller never waits for
/// company, and many share the price of one commit. There is one batch at a time, as each decides
/// on what the one before it left.
final class LedgerWriter: Service {
    struct Limits: Sendable {
        /// The most events that one transaction takes.
        var batchEvents = 8_190
        /// The most events that wait.
        var queuedEvents = 65_520
        /// How often a batch is tried when the database fails.
        var attempts = 5
    }

    private let store: LedgerStore
    private let limits: Limits
    private let logger: Logger
    private let queue: Mutex<WriterQueue>
    /// Holds at most one signal: that the queue is not empty.
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init(store: LedgerStore, limits: Limits = Limits(), logger: Logger) {
        self.store = store
        self.limits = limits
        self.logger = logger
        self.queue = Mutex(WriterQueue(eventLimit: limits.queuedEvents))
        (self.signals, self.signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Returns when what the request changes is durable.
    ///
    /// - Returns: One code for each event, in order.
    /// - Throws: `UNAVAILABLE` when the queue is full or the database does not answer;
    ///   `mayHaveRun` tells whether the outcome is open. What the operation barrier refuses.
    func submit(_ request: LedgerRequest) async throws(RPCError) -> [ResultCode] {
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

    /// Commits until it is told to stop, then what still waits.
    func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in self.signals { await self.commitAllWaiting() }
        } onGracefulShutdown: {
            self.signal.finish()
        }
        self.queue.withLock { $0.close() }
        await self.commitAllWaiting()
    }

    private func commitAllWaiting() async {
        while true {
            let batch = self.queue.withLock { $0.takeBatch(events: self.limits.batchEvents) }
            guard !batch.isEmpty else { return }
            await self.commit(batch)
        }
    }

    /// Commits the batch and answers its callers.
    private func commit(_ batch: [WriterQueue.Waiting]) async {
        let outcome = await CommitAttempts(commit: self.store.commit, logger: self.logger).run(
            batch.map(\.request), attempts: self.limits.attempts)
        switch outcome {
        case .committed(let answers):
            for (waiting, answer) in zip(batch, answers) {
                waiting.caller.resume(returning: answer)
            }
        case .failed(let error) where error.code == .internal && batch.count > 1:
            // One of them is more than the database can take. The others shall not suffer.
            for waiting in batch { await self.commit([waiting]) }
        case .failed(let error):
            for waiting in batch { waiting.caller.resume(returning: .failure(error)) }
        }
    }
}
