internal import Identifiers
internal import SagaCore
internal import SagaEngine

/// Keeps its own books of all that happens, and compares.
///
/// It trusts nobody: epochs, leases, effects and final states are counted here once more, so that
/// a bug in what the store or a participant does is seen as well.
final class Auditor {
    private struct Effect {
        var done = 0
        var undone = 0
    }

    private struct Book {
        var epoch: Int64 = 1
        var leaseUntil: Timestamp?
        var statuses: Set<SagaStatus> = [.running]
        var final: SagaStatus?
        var isDiscarded = false
        var isRefused = false
        /// The steps that the saga's holder has been told are in doubt, and of which it has not
        /// heard since how they ended; with the epoch of that holder.
        var doubts: [Int: Int64] = [:]
        /// Of the two participants, the highest epoch each has heard.
        var heard: [Int64] = [0, 0]
    }

    unowned let world: World
    private(set) var violations: [Violation] = []
    private(set) var discardedCount = 0
    /// How often a saga came to need an operator.
    private(set) var attentionCount = 0
    private var books: [SagaID: Book] = [:]
    private var effects: [Participant.Key: Effect] = [:]

    init(world: World) { self.world = world }

    func report(_ rule: Violation.Rule, _ detail: String) {
        world.note("violation", nil, 0, "\(rule.rawValue): \(detail)")
        guard violations.count < 20 else { return }
        violations.append(Violation(rule: rule, detail: detail))
    }

    private func check(
        _ isTrue: Bool, _ rule: Violation.Rule, _ detail: @autoclosure () -> String
    ) {
        if !isTrue { report(rule, detail()) }
    }
}

// MARK: - Effects

extension Auditor {
    /// A participant heard an operation and kept it.
    func admitted(_ request: Request, by participant: Int) {
        let heard = books[request.saga]?.heard[participant] ?? 0
        check(
            request.epoch >= heard, .noLowerEpoch,
            "a participant that had heard \(heard) heeded \(request)")
        books[request.saga]?.heard[participant] = max(heard, request.epoch)
    }

    func did(_ key: Participant.Key) {
        var effect = effects[key] ?? Effect()
        world.note("done", key.saga, Int64(key.step))
        check(effect.done == 0, .effectAtMostOnce, "\(key)")
        check(effect.undone == 0, .noActionAfterItsCompensation, "\(key)")
        check(books[key.saga]?.isDiscarded == false, .noEffectWithoutItsSaga, "\(key)")
        check(
            books[key.saga]?.final == nil, .oneFinalState, "\(key) was done after its saga's end")
        effect.done += 1
        effects[key] = effect
        guard let plan = world.plan(of: key.saga) else { return }
        let stage = plan.definition.stage(of: key.step)
        for step in 0..<stage.lowerBound where !plan.steps[step].isSkipped {
            check(
                self.effect(key.saga, step).done > 0, .stepsInOrder,
                "\(key) was done before \(step)")
        }
    }

    func undid(_ key: Participant.Key) {
        var effect = effects[key] ?? Effect()
        world.note("undone", key.saga, Int64(key.step))
        check(effect.done > 0, .noCompensationWithoutAction, "\(key)")
        check(effect.undone < effect.done, .effectAtMostOnce, "\(key) was undone twice")
        effect.undone += 1
        effects[key] = effect
        for step in (world.plan(of: key.saga)?.steps.indices ?? 0..<0) where step > key.step {
            let later = self.effect(key.saga, step)
            check(
                later.done == later.undone, .undoneInReverse,
                "\(key) was undone before \(step)")
        }
    }

    private func effect(_ saga: SagaID, _ step: Int) -> Effect {
        effects[Participant.Key(saga: saga, step: step)] ?? Effect()
    }
}

// MARK: - Engines

extension Auditor {
    func heard(_ answer: Answer, to request: Request) {
        guard !request.isCompensation, books[request.saga]?.epoch == request.epoch else { return }
        switch answer {
        case .inDoubt: books[request.saga]?.doubts[request.step] = request.epoch
        case .done, .refused: books[request.saga]?.doubts[request.step] = nil
        case .nothingToUndo, .failed, .staleEpoch: break
        }
    }

    func asked(_ request: Request) {
        guard request.isCompensation else { return }
        check(
            books[request.saga]?.doubts[request.step] != request.epoch, .noUndoingInDoubt,
            "\(request)")
    }
}

// MARK: - The store

extension Auditor {
    func inserted(_ record: SagaRecord, leaseUntil: Timestamp?) {
        books[record.id] = Book(leaseUntil: leaseUntil)
    }

    func keyInserted(_ key: String, whileKnown: Bool) {
        check(!whileKnown, .oneSagaForOneKey, "'\(key)' began two sagas")
    }

    func claimed(
        _ id: SagaID, epoch: Int64, steps: [StepProgress], at now: Timestamp, until: Timestamp
    ) {
        guard var book = books[id] else { return }
        check(epoch > book.epoch, .noLowerEpoch, "\(id) claimed with epoch \(epoch) again")
        check(
            book.leaseUntil.map { $0 <= now } ?? true, .leaseIsExclusive,
            "\(id) claimed as \(epoch) while it was held")
        book.epoch = max(book.epoch, epoch)
        book.leaseUntil = until
        // The new holder knows of a doubt if it was stored.
        book.doubts = [:]
        for (step, progress) in steps.enumerated() where progress.status == .inDoubt {
            book.doubts[step] = epoch
        }
        books[id] = book
    }

    func renewed(_ id: SagaID, epoch: Int64, until: Timestamp) {
        guard let book = books[id] else { return }
        check(epoch == book.epoch, .noLowerEpoch, "\(id) renewed with epoch \(epoch)")
        books[id]?.leaseUntil = until
    }

    func stored(_ change: SagaChange) {
        let saga = change.record.saga
        guard var book = books[change.record.id] else { return }
        check(
            saga.epoch >= book.epoch, .noLowerEpoch,
            "\(change.record.id) stored by \(saga.epoch) under \(book.epoch)")
        if let final = book.final {
            check(saga.status == final, .oneFinalState, "\(change.record.id) left \(final)")
        }
        if saga.status == .needsAttention { attentionCount += 1 }
        book.statuses.insert(saga.status)
        if change.lease != .keep { book.leaseUntil = nil }
        if saga.status.isFinal { book.final = saga.status }
        books[change.record.id] = book
        checkEffects(of: change.record.id, as: saga)
    }

    func discarded(_ id: SagaID, epoch: Int64) {
        check(
            epoch == books[id]?.epoch, .noLowerEpoch, "\(id) removed by \(epoch)")
        check(books[id]?.final == nil, .oneFinalState, "\(id) removed after its end")
        for (key, effect) in effects where key.saga == id {
            check(effect.done == 0, .noEffectWithoutItsSaga, "\(key) was done")
        }
        books[id]?.isDiscarded = true
        discardedCount += 1
    }

    private func checkEffects(of id: SagaID, as saga: Saga) {
        guard saga.status.isFinal, let plan = world.plan(of: id) else { return }
        for step in plan.steps.indices {
            let effect = self.effect(id, step)
            if saga.status == .succeeded {
                let due = plan.steps[step].isSkipped ? 0 : 1
                check(
                    effect.done == due && effect.undone == 0, .succeededMeansAllDone,
                    "step \(step) of \(id): \(effect)")
            } else {
                check(
                    effect.done == effect.undone, .compensatedMeansNetZero,
                    "step \(step) of \(id): \(effect)")
            }
        }
    }
}

// MARK: - Callers, and the end

extension Auditor {
    /// An engine answers a caller.
    func answered(_ answer: SagaAnswer) {
        switch answer {
        case .ended(let record):
            let book = books[record.id]
            let status = record.saga.status
            check(
                status.isFinal ? book?.final == status : book?.statuses.contains(status) == true,
                .answeredIsStored, "\(record.id) was said to be \(status)")
        case .neverBegan(let error):
            guard let refusal = error as? SimulatedRefusal else { return }
            books[refusal.saga]?.isRefused = true
        case .running, .missing:
            break
        }
    }

    func engineRefused(_ text: String) { report(.engineAccepts, text) }

    /// Everything has come to rest.
    func close(_ stored: [SagaID: SagaRecord]) {
        for id in books.keys.sorted() {
            guard let book = books[id] else { continue }
            if book.isRefused {
                check(stored[id] == nil, .answeredIsStored, "\(id) was said not to have begun")
            }
            guard let record = stored[id] else {
                check(book.isDiscarded, .nothingStuck, "\(id) is gone")
                continue
            }
            check(
                record.saga.status.isFinal, .nothingStuck,
                "\(id) is \(record.saga.status) \(record.saga.attention ?? "")")
            checkEffects(of: id, as: record.saga)
        }
    }
}
