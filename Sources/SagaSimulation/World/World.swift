internal import Identifiers
internal import SagaCore
internal import SagaEngine

/// Everything in one simulation.
final class World: @unchecked Sendable {
    let seed: UInt64
    let plan: SimulationPlan
    let canary: Canary?
    let kernel: Kernel
    let faults: FaultInjector
    private(set) lazy var auditor = Auditor(world: self)
    private(set) lazy var database = Database(world: self)
    private(set) lazy var acquirer = Acquirer(world: self)
    private(set) lazy var network = Network(world: self)
    private(set) lazy var participants = [Participant(world: self), Participant(world: self)]
    private(set) lazy var callers = plan.sagas.enumerated().map {
        Caller(world: self, number: $0, plan: $1)
    }
    /// All that ever ran.
    private var processes: [Process] = []
    private var slots: [Process?]
    private(set) var isClosing = false
    var callsUnderWay = 0
    var statementsUnderWay = 0
    private var recordCount: UInt64 = 0
    private(set) var trace: Trace

    init(_ plan: SimulationPlan, canary: Canary?, isVerbose: Bool) {
        self.seed = plan.seed
        self.plan = plan
        self.canary = canary
        self.kernel = Kernel(seed: plan.seed)
        self.faults = FaultInjector(kernel: kernel, faults: plan.faults)
        self.slots = Array(repeating: nil, count: plan.engines)
        self.trace = Trace(isVerbose: isVerbose)
    }

    func note(
        _ what: StaticString, _ saga: SagaID?, _ number: Int64,
        _ detail: @autoclosure () -> String = ""
    ) {
        trace.add(what, at: kernel.now, saga?.uuid.low ?? 0, number, detail)
    }

    // MARK: - Sagas

    func plan(of id: SagaID) -> SagaPlan? {
        let number = Int(id.uuid.high & 0xff)
        return plan.sagas.indices.contains(number) ? plan.sagas[number] : nil
    }

    /// A saga that has not begun; each call makes one, and the key keeps all but one out.
    func newRecord(of plan: SagaPlan, _ number: Int) -> SagaRecord {
        recordCount += 1
        let definition =
            canary == .everythingAtOnce ? plan.definition.withoutOrder : plan.definition
        return SagaRecord(
            id: SagaID(uuid: UUID128(high: UInt64(number), low: recordCount)),
            saga: Saga(definition), input: [], createdAt: kernel.now,
            deadline: kernel.now + plan.deadline)
    }

    // MARK: - Processes

    /// One that a caller can reach, if any.
    func processForCaller() -> Process? {
        let reachable = slots.compactMap { $0 }.filter { !$0.isDraining }
        guard !reachable.isEmpty else { return nil }
        return reachable[kernel.random.number(0...reachable.count - 1)]
    }

    func startProcess(in slot: Int) {
        guard !isClosing, slots[slot] == nil else { return }
        let process = Process(world: self, slot: slot)
        processes.append(process)
        slots[slot] = process
        process.start()
    }

    /// A process is dead; after a while another is started in its place.
    func ended(_ process: Process) {
        slots[process.slot] = nil
        kernel.after(kernel.random.milliseconds(100...10_000)) { [self] in
            startProcess(in: process.slot)
        }
    }

    var liveProcesses: [Process] { slots.compactMap { $0 } }

    /// Nothing more goes wrong, and what was wrong is mended.
    func heal() {
        note("healed", nil, 0)
        faults.isOpen = false
        database.isDown = false
        database.clockOffset = .zero
        for participant in participants { participant.isDown = false }
        for process in liveProcesses {
            process.wake()
            process.setClock()
        }
        for slot in slots.indices { startProcess(in: slot) }
    }

    /// Stops all processes, so that only messages on their way are left.
    func close() {
        isClosing = true
        for process in liveProcesses { process.drain() }
    }

    /// Stops all processes at once.
    func kill() {
        isClosing = true
        faults.isOpen = false
        for process in liveProcesses { process.crash() }
    }
}
