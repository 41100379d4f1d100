internal import Identifiers
internal import LedgerCore
internal import Logging
internal import Postgres
internal import RPC
internal import ServiceKit
internal import TLS

/// One process's time as the owner of the books, from the loaded books to the loss of ownership.
///
/// At most one commit is on its way. The batch behind it is decided meanwhile, on what the first
/// will have done; should the database refuse the first, both are undone and decided again.
struct OwnerTurn: ~Copyable {
    private struct InFlight {
        let batch: [RequestQueue.Waiting]
        let answers: [LedgerAnswer]
        /// Behind its last change.
        let mark: Books.Mark
        let commit: Task<CommitAttempts.Outcome, Never>
    }

    /// What has been decided and not yet sent.
    private struct Decided {
        let batch: [RequestQueue.Waiting]
        let answers: [LedgerAnswer]
        var mark: Books.Mark
    }

    private let owner: LedgerOwner
    private let epoch: Int64
    private let queries: JournalQueries
    private let attempts: CommitAttempts
    private var books: Books
    private var chain: SHA256Chain
    /// Behind the last durable entry.
    private var durableLink: [UInt8]
    private var changes: CheckpointChanges
    private var inFlight: InFlight?
    /// The checkpoint that is being written, and what is in it.
    private var checkpoint: (written: Task<Bool, Never>, changes: CheckpointChanges)?
    private var nextSweep = ContinuousClock.now
    private var nextCheckpoint: ContinuousClock.Instant
    private var isOver = false

    init(owner: LedgerOwner, loaded: BooksLoader.Loaded, epoch: Int64) {
        self.owner = owner
        self.epoch = epoch
        self.queries = JournalQueries(database: owner.database, shard: owner.ownership.shard)
        let database = owner.database
        self.attempts = CommitAttempts(
            send: { try await database.run($0) }, ownership: owner.ownership,
            limit: owner.limits.commitLimit, logger: owner.logger)
        self.books = loaded.books
        self.chain = SHA256Chain(after: loaded.hash)
        self.durableLink = loaded.hash
        self.changes = loaded.changes
        self.nextCheckpoint = ContinuousClock.now + owner.limits.checkpointInterval
    }

    mutating func run(_ signals: inout AsyncStream<Void>.AsyncIterator) async {
        while !self.isOver, !self.owner.isLost, !Task.isCancelled {
            let batch = self.owner.takeBatch()
            if !batch.isEmpty {
                await self.carryOut(batch)
                // Whoever is behind it is decided while it is on its way.
                if self.owner.hasWaiting { continue }
            }
            await self.land()
            await self.keepHouse()
            if self.owner.hasWaiting { continue }
            if self.owner.isDraining { break }
            _ = await signals.next()
        }
    }

    /// Finishes what is on its way. When the process drains, with a last checkpoint.
    mutating func end() async {
        await self.land()
        await self.finishCheckpoint()
        guard self.owner.isDraining, !self.isOver, !self.changes.isEmpty else { return }
        try? await Checkpoint(
            self.changes, of: self.books.ledger, shard: self.owner.ownership.shard
        )
        .write(to: self.owner.database, epoch: self.epoch)
    }

    // MARK: - Deciding and sending

    private mutating func carryOut(_ batch: [RequestQueue.Waiting]) async {
        guard await self.loadMissing(for: batch) else {
            return Self.answer(batch, .failure(.databaseAway(mayHaveRun: false)))
        }
        guard var decided = await self.decideKnowing(batch) else {
            return Self.answer(batch, .failure(.databaseAway(mayHaveRun: false)))
        }
        if let landing = self.inFlight {
            guard let settled = await self.land(landing) else {
                // It was undone with the batch before it.
                guard !self.isOver else { return Self.answer(batch, .failure(.standby)) }
                return await self.send(self.decide(batch))
            }
            decided.mark = decided.mark.rebased(by: settled)
        }
        await self.send(decided)
    }

    /// Decides a batch, knowing of each id that it refuses what the journal has of it. (An id that
    /// it takes goes to the journal, which refuses it if it is there already.)
    ///
    /// - Returns: `nil` if the journal could not be read.
    private mutating func decideKnowing(_ batch: [RequestQueue.Waiting]) async -> Decided? {
        let start = self.books.mark
        let decided = self.decide(batch)
        let unknown = self.unknownRefused(decided)
        guard !unknown.isEmpty else { return decided }
        do {
            let count = try await self.queries.load(unknown, into: &self.books.ledger)
            guard count > 0 else { return decided }
        } catch {
            self.books.rollBack(to: start)
            return nil
        }
        self.books.rollBack(to: start)
        return self.decide(batch)
    }

    /// Ids that were refused, or not looked at, and of which memory knows nothing.
    private func unknownRefused(_ decided: Decided) -> [UUID128] {
        var unknown: [UUID128] = []
        for (waiting, answer) in zip(decided.batch, decided.answers) {
            guard case .success(.results(let results)) = answer else { continue }
            for (transfer, result) in zip(waiting.request.transfers, results)
            where result != .created && !self.books.ledger.knows(transfer.id) {
                unknown.append(transfer.id)
            }
        }
        return unknown
    }

    private mutating func decide(_ batch: [RequestQueue.Waiting]) -> Decided {
        let now = self.owner.clock.now()
        let answers = batch.map { self.books.decide($0.request, now: now) }
        return Decided(batch: batch, answers: answers, mark: self.books.mark)
    }

    /// Sends what was decided, with nothing else on its way. What changed nothing is answered here.
    private mutating func send(_ decided: Decided) async {
        guard !self.books.ledger.entries.isEmpty else {
            if !self.owner.isLeaseGood {
                _ = await self.owner.renew(epoch: self.epoch)
                guard self.owner.isLeaseGood else {
                    return Self.answer(decided.batch, .failure(.standby))
                }
            }
            return Self.answer(decided)
        }
        let commit = JournalCommit(
            self.books.ledger.entries[...], shard: self.owner.ownership.shard, epoch: self.epoch,
            &self.chain)
        let attempts = self.attempts
        self.inFlight = InFlight(
            batch: decided.batch, answers: decided.answers, mark: decided.mark,
            commit: Task { await attempts.run(commit) })
    }

    // MARK: - Landing

    private mutating func land() async {
        if let landing = self.inFlight { _ = await self.land(landing) }
    }

    /// Waits for the commit that is on its way, and answers its callers.
    ///
    /// - Returns: The mark that is settled now; `nil` if all that was undecided in the database was
    ///   undone.
    private mutating func land(_ landing: InFlight) async -> Books.Mark? {
        let outcome = await landing.commit.value
        self.inFlight = nil
        switch outcome {
        case .committed:
            self.settle(upTo: landing.mark)
            Self.answer(
                Decided(batch: landing.batch, answers: landing.answers, mark: landing.mark))
            return landing.mark
        case .hasKnownIDs:
            self.undoAll()
            await self.redo(landing.batch)
        case .refused:
            self.undoAll()
            await self.separate(landing.batch)
        case .unavailable:
            self.undoAll()
            Self.answer(landing.batch, .failure(.databaseAway(mayHaveRun: false)))
        case .unknown:
            self.isOver = true
            Self.answer(landing.batch, .failure(.databaseAway(mayHaveRun: true)))
        case .lost:
            self.isOver = true
            self.owner.logger.notice("the books have another owner")
            Self.answer(landing.batch, .failure(.standby))
        }
        return nil
    }

    private mutating func settle(upTo mark: Books.Mark) {
        for entry in self.books.entries(upTo: mark) { self.changes.note(entry) }
        self.books.settle(upTo: mark)
        self.durableLink = self.chain.link
        self.owner.countCommit()
    }

    private mutating func undoAll() {
        self.books.rollBack(to: .beginning)
        self.chain.set(self.durableLink)
    }

    /// Decides a batch again, knowing what the journal has of its ids.
    private mutating func redo(_ batch: [RequestQueue.Waiting]) async {
        do {
            try await self.queries.load(
                batch.flatMap(\.request.transfers), into: &self.books.ledger)
        } catch {
            return Self.answer(batch, .failure(.databaseAway(mayHaveRun: false)))
        }
        await self.commitAlone(batch) { turn in await turn.separate(batch) }
    }

    /// One of them is more than the database can take. The others shall not suffer.
    private mutating func separate(_ batch: [RequestQueue.Waiting]) async {
        for waiting in batch where !self.isOver {
            do {
                try await self.queries.load(
                    waiting.request.transfers, into: &self.books.ledger)
            } catch {
                Self.answer([waiting], .failure(.databaseAway(mayHaveRun: false)))
                continue
            }
            await self.commitAlone([waiting]) { _ in
                Self.answer([waiting], .failure(.internal()))
            }
        }
    }

    /// Decides and commits a batch with nothing else on its way.
    ///
    /// - Parameter refused: What to do if the database refuses it again.
    private mutating func commitAlone(
        _ batch: [RequestQueue.Waiting], refused: (inout OwnerTurn) async -> Void
    ) async {
        guard !batch.isEmpty else { return }
        await self.send(self.decide(batch))
        guard let landing = self.inFlight else { return }
        switch await landing.commit.value {
        case .hasKnownIDs, .refused:
            self.inFlight = nil
            self.undoAll()
            await refused(&self)
        case .committed, .unavailable, .unknown, .lost:
            _ = await self.land(landing)
        }
    }

    // MARK: - What is not in memory

    /// Loads what the batch needs and memory no longer has.
    ///
    /// - Returns: Whether that was possible.
    private mutating func loadMissing(for batch: [RequestQueue.Waiting]) async -> Bool {
        var pendings: Set<UUID128> = []
        var sagas: Set<SagaID> = []
        for waiting in batch {
            pendings.formUnion(
                self.books.ledger.unknownPendings(in: waiting.request.transfers))
            if let saga = waiting.request.operation?.sagaID, !self.books.operations.knows(saga) {
                sagas.insert(saga)
            }
        }
        guard !pendings.isEmpty || !sagas.isEmpty else { return true }
        do {
            try await self.queries.load(Array(pendings), into: &self.books.ledger)
            for (saga, records) in try await self.queries.operations(of: sagas) {
                self.books.operations.load(records, of: saga)
            }
            return true
        } catch {
            self.owner.logger.warning(
                "journal not read", metadata: ["error": "\(String(reflecting: error))"])
            return false
        }
    }

    // MARK: - What is due by time

    private mutating func keepHouse() async {
        guard !self.isOver else { return }
        let now = ContinuousClock.now
        if now >= self.nextSweep {
            self.nextSweep = now + self.owner.limits.sweepInterval
            await self.sweep()
        }
        if now >= self.nextCheckpoint, !self.changes.isEmpty { await self.writeCheckpoint() }
    }

    /// Nothing depends on its coming in time: an overdue transfer can no longer be posted, swept or
    /// not. Only the hold on the balances lasts until then.
    private mutating func sweep() async {
        while !self.isOver {
            let ended = self.books.sweep(
                now: self.owner.clock.now(), limit: self.owner.limits.batchEvents)
            guard ended > 0 else { return }
            await self.send(Decided(batch: [], answers: [], mark: self.books.mark))
            await self.land()
            self.owner.logger.info("pending transfers expired", metadata: ["count": "\(ended)"])
        }
    }

    /// Writes balances behind the journal, beside the work that goes on.
    private mutating func writeCheckpoint() async {
        await self.finishCheckpoint()
        self.nextCheckpoint = ContinuousClock.now + self.owner.limits.checkpointInterval
        let checkpoint = Checkpoint(
            self.changes, of: self.books.ledger, shard: self.owner.ownership.shard)
        let changes = self.changes
        self.changes = CheckpointChanges()
        let (owner, epoch) = (self.owner, self.epoch)
        let written = Task {
            do {
                try await checkpoint.write(to: owner.database, epoch: epoch)
                return true
            } catch {
                owner.logger.error(
                    "checkpoint failed", metadata: ["error": "\(String(reflecting: error))"])
                return false
            }
        }
        self.checkpoint = (written, changes)
    }

    /// What a checkpoint could not write belongs to the next one.
    private mutating func finishCheckpoint() async {
        guard let (written, changes) = self.checkpoint else { return }
        self.checkpoint = nil
        if await written.value { return }
        self.changes = changes.followed(by: self.changes)
    }

    // MARK: - Answering

    private static func answer(_ decided: Decided) {
        for (waiting, answer) in zip(decided.batch, decided.answers) {
            waiting.caller.resume(returning: answer)
        }
    }

    private static func answer(_ batch: [RequestQueue.Waiting], _ answer: LedgerAnswer) {
        for waiting in batch { waiting.caller.resume(returning: answer) }
    }
}

extension RPCError {
    fileprivate static func databaseAway(mayHaveRun: Bool) -> RPCError {
        .unavailable(
            "the ledger's database does not answer; try again", reason: .databaseUnavailable,
            mayHaveRun: mayHaveRun)
    }
}
