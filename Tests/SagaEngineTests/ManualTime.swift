import Identifiers
import SagaEngine
import Synchronization

/// A clock and a timer that stand still until the test lets time pass.
final class ManualTime: WallClock, SagaTimer {
    private struct Sleeper {
        let duration: Duration
        let until: Timestamp
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Timestamp(microseconds: 1_000_000_000)
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    func now() -> Timestamp { state.withLock { $0.now } }

    func sleep(for duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.sleepers[id] = Sleeper(
                        duration: duration, until: state.now + duration,
                        continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.until < $1.until }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Returns once somebody sleeps for so long.
    func untilSomebodySleeps(for duration: Duration) async {
        while !Task.isCancelled,
            !state.withLock({ $0.sleepers.values.contains { $0.duration == duration } })
        {
            await Task.yield()
        }
    }
}

/// Returns once it holds; the test's time limit ends what never does.
func until(_ condition: () async -> Bool) async {
    while !Task.isCancelled, !(await condition()) { await Task.yield() }
}
