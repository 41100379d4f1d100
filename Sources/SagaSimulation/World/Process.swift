internal import Identifiers
internal import Logging
internal import SagaCore
internal import SagaEngine

/// One orchestrator process with a real engine in it, from its start to its death.
final class Process: @unchecked Sendable {
    enum Moment { case before, after }

    unowned let world: World
    /// Its place; after its death another process takes it.
    let slot: Int
    let executor: ProcessExecutor
    /// By how much its clock is ahead.
    private(set) var clockOffset = Duration.zero
    private(set) var isDead = false
    /// Told to stop: it takes no more callers.
    private(set) var isDraining = false
    private(set) var engine: Engine<SimulatedStore>?
    private var run: Task<Void, Never>?
    private var asked: [Int: () -> Void] = [:]
    private var askCount = 0
    /// What waits for the process to wake.
    private var held: [() -> Void] = []

    init(world: World, slot: Int) {
        self.world = world
        self.slot = slot
        self.executor = ProcessExecutor(kernel: world.kernel)
    }

    var isPaused: Bool { executor.isPaused }

    func start() {
        let engine = Engine(
            store: SimulatedStore(process: self), executor: SimulatedExecutor(process: self),
            configuration: world.plan.configuration, clock: SimulatedTime(process: self),
            timer: SimulatedTime(process: self),
            random: { [world] in world.kernel.random.next() },
            logger: Logger(label: "simulation") { [world] _ in AuditedLog(world: world) })
        self.engine = engine
        world.note("started", nil, Int64(slot))
        run = Task(executorPreference: executor) { [self] in
            await engine.run()
            guard !isDead else { return }
            // What its writer still holds is stored before it ends.
            world.kernel.after(.milliseconds(500)) { [self] in end() }
        }
    }
}

// MARK: - Waiting

extension Process {
    /// Waits for an answer from outside.
    ///
    /// - Parameter ifDead: What the task is told once the process has died; nobody sees what it
    ///   does then.
    func ask<Value: Sendable>(
        ifDead: Value, _ reply: Reply<Value> = Reply(), _ begin: (Reply<Value>) -> Void
    ) async -> Value {
        guard !isDead else { return ifDead }
        askCount += 1
        let number = askCount
        asked[number] = { reply(ifDead) }
        begin(reply)
        let value = await reply.wait()
        asked[number] = nil
        return value
    }

    /// Lets something happen in this process: later if it sleeps then, never if it is dead.
    func after(_ delay: Duration, _ body: @escaping () -> Void) {
        world.kernel.after(delay) { [self] in whenAwake(body) }
    }

    private func whenAwake(_ body: @escaping () -> Void) {
        guard !isDead else { return }
        if isPaused { held.append(body) } else { body() }
    }

    /// Sends a statement to the database.
    func roundTrip<Value>(
        _ place: Place, _ statement: @escaping () -> Value,
        done: @escaping (Result<Value, SagaStoreError>) -> Void
    ) {
        guard !isDead else { return }
        let (kernel, faults) = (world.kernel, world.faults)
        let (there, back) = (kernel.random.milliseconds(0...4), kernel.random.milliseconds(0...4))
        if world.database.isDown || faults.strikes(.storeRefuses, at: place) {
            return after(there) { done(.failure(.unavailable("serialization failure"))) }
        }
        let isUnknown = faults.strikes(.storeUnknown, at: place)
        let isLate = faults.strikes(.storeLate, at: place)
        let late = isLate ? kernel.random.milliseconds(1_000...15_000) : .zero
        world.statementsUnderWay += 1
        kernel.after(there + late) { [self] in
            let value = statement()
            world.statementsUnderWay -= 1
            after(back) {
                done(
                    isUnknown
                        ? .failure(.unavailable("commit outcome unknown")) : .success(value))
            }
        }
    }
}

// MARK: - What befalls it

extension Process {
    /// The moment before or after a call: where a process may die, fall asleep, lose its time.
    func disturb(_ moment: Moment, at place: Place) async {
        let faults = world.faults
        guard faults.isOpen, !isDead else { return }
        if faults.strikes(moment == .before ? .crashBefore : .crashAfter, at: place) {
            return crash()
        }
        if moment == .before {
            if faults.strikes(.clockForward, at: place) { moveClock(by: 1...120) }
            if faults.strikes(.clockBack, at: place) { moveClock(by: -120 ... -1) }
            if faults.strikes(.drained, at: place) { drain() }
        }
        if faults.strikes(moment == .before ? .pauseBefore : .pauseAfter, at: place) {
            pause()
            await ask(ifDead: ()) { $0(()) }
        }
    }

    func crash() {
        guard !isDead else { return }
        world.note("crashed", nil, Int64(slot))
        end()
    }

    /// Its last tasks run to their end, cut off from everything.
    private func end() {
        guard !isDead else { return }
        isDead = true
        held = []
        if isPaused { executor.wake() }
        for number in asked.keys.sorted() { asked[number]?() }
        asked = [:]
        run?.cancel()
        world.ended(self)
    }

    func drain() {
        guard !isDead, !isDraining else { return }
        world.note("drained", nil, Int64(slot))
        isDraining = true
        engine?.drain()
    }

    /// Falls asleep, for longer than a lease or for less.
    func pause() {
        guard !isDead, !isPaused else { return }
        let lease = Int(world.plan.configuration.lease / .milliseconds(1))
        let pause = world.kernel.random.milliseconds(lease / 2...lease * 3)
        world.note("paused", nil, Int64(slot), "\(pause)")
        executor.pause()
        world.kernel.after(pause) { [self] in wake() }
    }

    func wake() {
        guard !isDead, isPaused else { return }
        world.note("woke", nil, Int64(slot))
        executor.wake()
        let due = held
        held = []
        for body in due { whenAwake(body) }
    }

    func moveClock(by seconds: ClosedRange<Int>) {
        let jump = world.kernel.random.milliseconds(
            seconds.lowerBound * 1_000...seconds.upperBound * 1_000)
        clockOffset += jump
        world.note("clock moved", nil, Int64(slot), "\(jump)")
    }

    func setClock() { clockOffset = .zero }
}
