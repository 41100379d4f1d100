internal import HeapModule
internal import Identifiers

/// The simulated machine room: its time, its chance, and the order in which everything happens.
///
/// One thread runs it all. Tasks come here as jobs through ``ProcessExecutor``, and of the jobs
/// that are ready chance picks the next; when none is, time leaps to the next event. The same seed
/// therefore runs the same history.
///
/// Unchecked: whatever belongs to one simulation is touched by the thread that runs it alone.
final class Kernel: @unchecked Sendable {
    private struct Job {
        let job: UnownedJob
        let executor: ProcessExecutor
    }

    private(set) var now = Timestamp(microseconds: 1_750_000_000_000_000)
    var random: SeededRandom
    /// How much has happened.
    private(set) var stepCount = 0
    private var events: Heap<Event> = []
    private var eventCount = 0
    private var ready: [Job] = []

    init(seed: UInt64) { self.random = SeededRandom(seed: seed) }

    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        eventCount += 1
        events.insert(Event(at: now + delay, number: eventCount, body: body))
    }

    func enqueue(_ job: UnownedJob, on executor: ProcessExecutor) {
        ready.append(Job(job: job, executor: executor))
    }

    /// Lets the next thing happen.
    ///
    /// - Returns: Whether there was one.
    func step() -> Bool {
        stepCount += 1
        guard !ready.isEmpty else {
            guard let event = events.popMin() else { return false }
            now = max(now, event.at)
            event.body()
            return true
        }
        let index = ready.count == 1 ? 0 : Int(random.next() % UInt64(ready.count))
        ready.swapAt(index, ready.count - 1)
        let next = ready.removeLast()
        next.executor.run(next.job)
        return true
    }
}

/// Something that happens at a time; of two at the same time, the one planned first.
private struct Event: Comparable {
    let at: Timestamp
    let number: Int
    let body: () -> Void

    static func < (left: Event, right: Event) -> Bool {
        (left.at, left.number) < (right.at, right.number)
    }

    static func == (left: Event, right: Event) -> Bool { left.number == right.number }
}
