internal import Identifiers
internal import SagaCore
internal import Synchronization

/// How a saga ended for those who wait for it.
package enum SagaEnd: Sendable {
    /// It is final, or an operator has to look.
    case ended(SagaRecord)
    /// Its first step was refused at once, and no trace of it is left.
    case neverBegan(any Error)
}

/// Which sagas an engine drives, and who waits for which.
final class EngineBoard: Sendable {
    private struct State {
        var isDraining = false
        /// Taken by sagas that are driven or about to be.
        var slots = 0
        var epochs: [SagaID: Int64] = [:]
        var waiters: [SagaID: [UInt64: AsyncStream<SagaEnd>.Continuation]] = [:]
        var nextWaiter: UInt64 = 0
    }

    private let state = Mutex(State())

    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// The sagas that are driven, with their epochs.
    var held: [SagaID: Int64] { state.withLock { $0.epochs } }

    func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// - Returns: How many slots were taken: fewer than asked for when the engine is nearly full,
    ///   none when it drains.
    func takeSlots(_ wanted: Int, limit: Int) -> Int {
        state.withLock { state in
            guard !state.isDraining else { return 0 }
            let taken = max(0, min(wanted, limit - state.slots))
            state.slots += taken
            return taken
        }
    }

    func giveBackSlots(_ count: Int) {
        state.withLock { $0.slots -= count }
    }

    /// A saga for which a slot was taken is driven from now on.
    func begin(_ id: SagaID, epoch: Int64) {
        state.withLock { $0.epochs[id] = epoch }
    }

    func holds(_ id: SagaID, epoch: Int64) -> Bool { state.withLock { $0.epochs[id] == epoch } }

    /// Others have taken these over: their runs here end before their next step.
    func lose(_ lost: [SagaID: Int64]) {
        state.withLock { state in
            for (id, epoch) in lost where state.epochs[id] == epoch { state.epochs[id] = nil }
        }
    }

    /// A saga is driven no more. Its slot is free, and who waits for it is told, if it ended.
    func end(_ id: SagaID, epoch: Int64, with end: SagaEnd?) {
        let waiters = state.withLock { state in
            state.slots -= 1
            // It may have been claimed again here, under a higher epoch.
            if state.epochs[id] == epoch { state.epochs[id] = nil }
            return end == nil ? nil : state.waiters.removeValue(forKey: id)
        }
        guard let waiters, let end else { return }
        for waiter in waiters.values {
            waiter.yield(end)
            waiter.finish()
        }
    }

    /// A stream that gets the saga's end, if it comes about here.
    func wait(for id: SagaID) -> AsyncStream<SagaEnd> {
        let (stream, source) = AsyncStream<SagaEnd>.makeStream()
        let number = state.withLock { state in
            state.nextWaiter += 1
            state.waiters[id, default: [:]][state.nextWaiter] = source
            return state.nextWaiter
        }
        source.onTermination = { _ in self.stopWaiting(number, for: id) }
        return stream
    }

    private func stopWaiting(_ number: UInt64, for id: SagaID) {
        state.withLock { state in
            state.waiters[id]?[number] = nil
            if state.waiters[id]?.isEmpty == true { state.waiters[id] = nil }
        }
    }
}
