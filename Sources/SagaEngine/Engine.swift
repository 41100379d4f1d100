package import Identifiers
package import Logging
internal import SagaCore

/// Drives sagas: those it is given and those it finds due in the store.
///
/// Any number of engines share one store. A saga belongs to the engine that holds its lease; the
/// epoch that each claim raises keeps out whoever held it before. ``run()`` must be running for
/// anything to move.
package final class Engine<Store: SagaStore>: Sendable {
    let store: Store
    let executor: any SagaExecutor
    let configuration: EngineConfiguration
    let clock: any WallClock
    let timer: any SagaTimer
    let random: @Sendable () -> UInt64
    let logger: Logger
    let board = EngineBoard()
    private let work: AsyncStream<SagaRecord>
    private let workSource: AsyncStream<SagaRecord>.Continuation

    /// - Parameter random: Evenly distributed numbers, for the rests between attempts.
    package init(
        store: Store, executor: any SagaExecutor, configuration: EngineConfiguration,
        clock: any WallClock, timer: any SagaTimer, random: @escaping @Sendable () -> UInt64,
        logger: Logger
    ) {
        self.store = store
        self.executor = executor
        self.configuration = configuration
        self.clock = clock
        self.timer = timer
        self.random = random
        self.logger = logger
        (self.work, self.workSource) = AsyncStream.makeStream()
    }

    /// Drives sagas until ``drain()``; then those under way stop after the step they are at, and
    /// give up their leases.
    package func run() async {
        await withTaskGroup { helpers in
            helpers.addTask { await self.keepSweeping() }
            helpers.addTask { await self.keepRenewing() }
            await withDiscardingTaskGroup { sagas in
                for await record in self.work {
                    sagas.addTask { await self.drive(record) }
                }
            }
            helpers.cancelAll()
        }
    }

    /// Takes no more sagas and lets ``run()`` end. Sagas can still be started: they are stored,
    /// and left to others.
    package func drain() {
        board.drain()
        workSource.finish()
    }

    /// Stores a saga and has it driven.
    ///
    /// - Throws: What the store's `insert` throws; the saga is not stored then.
    package func start(
        _ record: SagaRecord, _ details: Store.Details
    ) async throws -> SagaInsertion {
        let hasSlot = board.takeSlots(1, limit: configuration.concurrency) == 1
        let insertion: SagaInsertion
        do {
            insertion = try await store.insert(
                record, details, lease: hasSlot ? configuration.lease : nil)
        } catch {
            if hasSlot { board.giveBackSlots(1) }
            throw error
        }
        guard hasSlot else { return insertion }
        switch insertion {
        case .inserted: await adopt(record)
        case .existing: board.giveBackSlots(1)
        }
        return insertion
    }

    /// Begins to drive a saga that this engine holds and has taken a slot for.
    private func adopt(_ record: SagaRecord) async {
        board.begin(record.id, epoch: record.saga.epoch)
        if case .enqueued = workSource.yield(record) { return }
        await SagaRun(engine: self, record: record).release(after: .zero)
        board.end(record.id, epoch: record.saga.epoch, with: nil)
    }

    private func drive(_ record: SagaRecord) async {
        var run = SagaRun(engine: self, record: record)
        let end = await drive(&run)
        board.end(record.id, epoch: record.saga.epoch, with: end)
    }

    /// - Returns: How the saga ended; `nil` if it goes on elsewhere.
    private func drive(_ run: inout SagaRun<Store>) async -> SagaEnd? {
        let (id, epoch) = (run.record.id, run.record.saga.epoch)
        while !board.isDraining, board.holds(id, epoch: epoch) {
            switch await run.advance() {
            case .goesOn: continue
            case .ended: return .ended(run.record)
            case .neverBegan(let error): return .neverBegan(error)
            case .left: return nil
            }
        }
        if run.record.isAtRest { return .ended(run.record) }
        guard board.holds(id, epoch: epoch) else { return nil }
        await run.release(after: .zero)
        return nil
    }

    private func keepSweeping() async {
        while !board.isDraining, !Task.isCancelled {
            let isMoreDue = await sweep()
            if isMoreDue { continue }
            guard (try? await timer.sleep(for: configuration.sweepInterval)) != nil else { return }
        }
    }

    /// Claims what is due, as far as there is room.
    ///
    /// - Returns: Whether there may be more.
    private func sweep() async -> Bool {
        let limit = board.takeSlots(256, limit: configuration.concurrency)
        guard limit > 0 else { return false }
        do throws(SagaStoreError) {
            let claimed = try await store.claim(limit: limit, lease: configuration.lease)
            board.giveBackSlots(limit - claimed.count)
            for record in claimed { await adopt(record) }
            return claimed.count == limit
        } catch {
            board.giveBackSlots(limit)
            logger.warning("no sagas claimed", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// Most sagas end long before their lease does, so a lease is renewed only from the second round
    /// on that finds it held: it is then at most half over.
    private func keepRenewing() async {
        var known: [SagaID: Int64] = [:]
        while !Task.isCancelled {
            guard (try? await timer.sleep(for: configuration.lease / 4)) != nil else { return }
            let held = board.held
            let lasting = held.filter { known[$0.key] == $0.value }
            known = held
            guard !lasting.isEmpty else { continue }
            await renew(lasting)
        }
    }

    private func renew(_ held: [SagaID: Int64]) async {
        do throws(SagaStoreError) {
            let kept = try await store.renew(held, lease: configuration.lease)
            // What has ended meanwhile was not lost.
            let lost = board.held.filter { held[$0.key] == $0.value && !kept.contains($0.key) }
            guard !lost.isEmpty else { return }
            // Their next write or call is fenced as well; but a pause should not wait for it.
            board.lose(lost)
            logger.notice("leases lost", metadata: ["count": "\(lost.count)"])
        } catch {
            logger.warning("leases not renewed", metadata: ["error": "\(error)"])
        }
    }
}
