internal import Identifiers
internal import Logging
internal import SagaCore

/// One engine's turn at driving one saga: asks the state what is due, does it, tells the state.
struct SagaRun<Store: SagaStore>: Sendable {
    enum Disposition {
        case goesOn
        /// Finished, or an operator has to look.
        case ended
        /// The first step was refused at once: no trace of the saga is left.
        case neverBegan(any Error)
        /// It left this engine: parked in the store, or claimed by another.
        case left
    }

    let engine: Engine<Store>
    var record: SagaRecord
    var logger: Logger
    private var refusal: (any Error)?

    init(engine: Engine<Store>, record: SagaRecord) {
        self.engine = engine
        self.record = record
        self.logger = engine.logger
        self.logger[metadataKey: "saga"] = "\(record.id)"
        self.logger[metadataKey: "kind"] = "\(record.saga.definition.kind)"
        self.logger[metadataKey: "epoch"] = "\(record.saga.epoch)"
    }

    /// Does the one thing that is due.
    mutating func advance() async -> Disposition {
        if record.saga.status == .running, engine.clock.now() >= record.deadline {
            let disposition = await apply(.deadlinePassed)
            guard case .goesOn = disposition else { return disposition }
        }
        switch record.saga.command {
        case .execute(let attempts): return await execute(attempts)
        case .compensate(let step, let attempt): return await compensate(step, attempt)
        case .wait(let rest): return await self.rest(rest)
        case .finished, .attention, .hold: return .ended
        }
    }

    /// Gives the saga back, to be claimed by anyone after the given time.
    func release(after delay: Duration) async {
        let change = SagaChange(record: record, log: [], lease: .release(after: delay))
        do {
            try await engine.store.save(change)
        } catch {
            // Its lease runs out by itself.
            logger.notice("saga not released", metadata: ["error": "\(error)"])
        }
    }

    private mutating func rest(_ duration: Duration) async -> Disposition {
        if duration > engine.configuration.longestRestInMemory {
            await release(after: duration)
            return .left
        }
        do {
            try await engine.timer.sleep(for: duration)
        } catch {
            return .left
        }
        return await apply(.waited)
    }

    private mutating func execute(_ attempts: [StepAttempt]) async -> Disposition {
        for attempt in attempts where record.notes[attempt.step].startedAt == nil {
            record.notes[attempt.step].startedAt = engine.clock.now()
        }
        let outcomes = await outcomes(of: attempts)
        guard !Task.isCancelled else { return .left }
        for (attempt, outcome) in outcomes {
            let disposition = await report(outcome, of: attempt.step, attempt.attempt)
            guard case .goesOn = disposition else { return disposition }
        }
        return .goesOn
    }

    /// Tries steps at the same time, and tells how each ended in the order in which the state wants
    /// to hear it.
    private func outcomes(of attempts: [StepAttempt]) async -> [(StepAttempt, StepOutcome)] {
        let (record, executor) = (record, engine.executor)
        let tryStep = { @Sendable (attempt: StepAttempt) in
            let plan = record.saga.definition.steps[attempt.step]
            let call = StepCall(
                record: record, step: attempt.step, timeout: plan.retry.attemptTimeout)
            return (attempt, await executor.execute(call))
        }
        guard attempts.count > 1 else { return [await tryStep(attempts[0])] }
        return await withTaskGroup { group in
            for attempt in attempts { group.addTask { await tryStep(attempt) } }
            var outcomes: [(StepAttempt, StepOutcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted {
                ($0.1.reportingOrder, $0.0.step) < ($1.1.reportingOrder, $1.0.step)
            }
        }
    }

    private mutating func report(
        _ outcome: StepOutcome, of step: Int, _ attempt: Int
    ) async -> Disposition {
        switch outcome {
        case .succeeded(let answer):
            record.notes[step].answer = answer
            return await apply(.stepSucceeded(step))
        case .skipped:
            return await apply(.stepSkipped(step))
        case .refused(let failure, let answer, let error):
            record.notes[step].answer = answer
            refusal = error
            return await apply(.stepRefused(step, failure))
        case .unknown(let error):
            return await apply(
                .stepUnknown(step, attempt: attempt, error: error, random: engine.random()))
        case .inDoubt:
            return await apply(.stepInDoubt(step, attempt: attempt, random: engine.random()))
        case .fenced:
            return leave()
        }
    }

    private mutating func compensate(_ step: Int, _ attempt: Int) async -> Disposition {
        let plan = record.saga.definition.steps[step]
        let policy = plan.compensation ?? plan.retry
        let call = StepCall(record: record, step: step, timeout: policy.attemptTimeout)
        let outcome = await engine.executor.compensate(call)
        guard !Task.isCancelled else { return .left }
        switch outcome {
        case .compensated:
            return await apply(.compensated(step))
        case .unknown(let error):
            return await apply(
                .compensationUnknown(step, attempt: attempt, error: error, random: engine.random()))
        case .refused(let error):
            return await apply(.compensationRefused(step, error: error))
        case .fenced:
            return leave()
        }
    }

    /// Tells the state what happened, and stores what came of it as durably as it has to be.
    private mutating func apply(_ event: Event) async -> Disposition {
        let before = record.saga.status
        let transition: Transition
        do {
            transition = try record.saga.receive(event)
        } catch {
            logger.critical(
                "saga refused an event", metadata: ["event": "\(event)", "error": "\(error)"])
            await release(after: engine.configuration.lease)
            return .left
        }
        guard transition.durability != .unchanged else { return .goesOn }
        let change = note(event, statusBefore: before)
        if record.saga.neverBegan, let refusal {
            return await discard(because: refusal)
        }
        switch transition.durability {
        case .unchanged: return .goesOn
        case .eventual:
            engine.store.saveEventually(change)
            return .goesOn
        case .required:
            return await saveDurably(change)
        }
    }

    private func saveDurably(_ change: SagaChange) async -> Disposition {
        await keepTrying { store throws(SagaStoreError) in try await store.save(change) }
    }

    /// The caller is told of the refusal once no trace is left. If another has the saga, the
    /// participant may do for it what it refused here: then the store tells how it ends.
    private func discard(because refusal: any Error) async -> Disposition {
        let (id, epoch) = (record.id, record.saga.epoch)
        let disposition = await keepTrying { store throws(SagaStoreError) in
            try await store.discard(id, epoch: epoch)
        }
        if case .goesOn = disposition { return .neverBegan(refusal) }
        return disposition
    }

    /// Keeps trying while the lease may last; afterwards the saga is anyone's.
    ///
    /// - Returns: `.goesOn` once it is stored, or else `.left`.
    private func keepTrying(
        _ write: (Store) async throws(SagaStoreError) -> Void
    ) async -> Disposition {
        let end = engine.clock.now() + engine.configuration.lease
        var pause = Duration.milliseconds(50)
        while true {
            do throws(SagaStoreError) {
                try await write(engine.store)
                return .goesOn
            } catch {
                switch error {
                case .fenced: return leave()
                case .unavailable(let reason):
                    logger.warning("saga not stored", metadata: ["error": "\(reason)"])
                }
            }
            guard engine.clock.now() < end,
                (try? await engine.timer.sleep(for: pause)) != nil
            else { return leave() }
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func leave() -> Disposition {
        logger.info("saga left to another")
        return .left
    }

    /// Notes the time and writes the history's lines.
    private mutating func note(_ event: Event, statusBefore: SagaStatus) -> SagaChange {
        let now = engine.clock.now()
        // Never twice the same, whatever the clock does: the store tells a saga's writes apart by it.
        record.updatedAt = max(now, record.updatedAt + .microseconds(1))
        for step in record.notes.indices where record.notes[step].endedAt == nil {
            switch record.saga.steps[step].status {
            case .succeeded, .failed, .skippedEmpty, .compensated:
                record.notes[step].endedAt = now
            case .pending, .intentRecorded, .inDoubt, .compensating, .compensationFailed: break
            }
        }
        var log = [event.logEntry(of: record.saga.definition, at: now)]
        var lease = SagaChange.Lease.keep
        if record.saga.status != statusBefore {
            log.append(record.saga.statusEntry(at: now))
            switch record.saga.status {
            case .running, .compensating: break
            case .needsAttention, .paused: lease = .end
            case .succeeded, .compensated, .stopped:
                record.endedAt = now
                lease = .end
            }
            logger.debug(
                "saga status changed", metadata: ["status": "\(record.saga.status)"])
        }
        return SagaChange(record: record, log: log, lease: lease)
    }
}
