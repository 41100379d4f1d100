import RPCCore
import Testing

@Suite("Admission")
struct AdmissionTests {
    private static let idle = AdmissionController.Load(busyFor: 0, busyShare: 0)

    private static func controller(
        _ configuration: AdmissionController.Configuration
    ) -> AdmissionController {
        AdmissionController(configuration, callers: 2)
    }

    private static func arrive(
        _ controller: inout AdmissionController, _ priority: Priority = .normal, caller: Int = 0,
        load: AdmissionController.Load = idle
    ) -> AdmissionController.Reason? {
        let verdict = controller.arrived(
            caller: caller, priority: priority, load: load, at: 0, random: 7)
        guard case .shed(let reason, let wait) = verdict else { return nil }
        #expect(wait > 0)
        return reason
    }

    @Test("A caller over its rate is shed and told when to come again; another is not")
    func rate() {
        var controller = Self.controller(.init(callerRate: 10, callerBurst: 1))
        let mine = (0..<2).map { _ in Self.arrive(&controller) }
        let other = Self.arrive(&controller, caller: 1)
        #expect(mine == [nil, .callerRate])
        #expect(other == nil)
    }

    @Test("A caller with too many calls at work is shed until one ends")
    func inFlight() {
        var controller = Self.controller(.init(callerInFlight: 2))
        let first = (0..<3).map { _ in Self.arrive(&controller) }
        #expect(first == [nil, nil, .callerInFlight])
        controller.ended(caller: 0, latency: 1, isSample: true, isLate: false, at: 0)
        let next = Self.arrive(&controller)
        #expect(next == nil)
    }

    @Test("As the room gets less, the lowest priorities are shed first, compensations last")
    func shares() {
        var controller = Self.controller(.init(limit: .init(floor: 20, ceiling: 20, start: 20)))
        var admitted: [Priority: Int] = [:]
        for priority in Priority.allCases {
            while Self.arrive(&controller, priority) == nil { admitted[priority, default: 0] += 1 }
        }
        #expect(admitted == [.background: 12, .normal: 4, .money: 3, .compensation: 1])
    }

    @Test(
        "A busy thread takes nothing once its budget is spent, which is larger for what matters",
        arguments: Priority.allCases)
    func utilization(priority: Priority) {
        var controller = Self.controller(.init(budget: 1000, busyShare: 0.8))
        let budget: Nanoseconds = 1000 << Nanoseconds(priority.rawValue)
        let within = Self.arrive(
            &controller, priority, load: .init(busyFor: budget, busyShare: 1))
        let beyond = Self.arrive(
            &controller, priority, load: .init(busyFor: budget + 1, busyShare: 1))
        let seldom = Self.arrive(
            &controller, priority, load: .init(busyFor: budget + 1, busyShare: 0.5))
        #expect(within == nil)
        #expect(beyond == .utilization)
        #expect(seldom == nil)
    }

    @Test("Once calls were shed the budget is a quarter, until it has been calm for a while")
    func tightens() {
        var controller = Self.controller(.init(budget: 1000, calm: 50, busyShare: 0.8))
        func isShed(busyFor: Nanoseconds, at now: Nanoseconds) -> Bool {
            let verdict = controller.arrived(
                caller: 0, priority: .background, load: .init(busyFor: busyFor, busyShare: 1),
                at: now, random: 0)
            return verdict != .admit
        }
        let answers = [
            isShed(busyFor: 1000, at: 0), isShed(busyFor: 1001, at: 0),
            isShed(busyFor: 250, at: 49), isShed(busyFor: 251, at: 49),
            isShed(busyFor: 251, at: 98), isShed(busyFor: 1000, at: 148),
        ]
        #expect(answers == [false, true, false, true, true, false])
    }

    @Test("Who is shed again and again is told to wait longer, two seconds to the most")
    func retryAfter() {
        var controller = Self.controller(.init(callerInFlight: 0))
        var waits: [Nanoseconds] = []
        for random in [UInt64(0), .max, 12345] {
            for _ in 0..<100_000 {
                let verdict = controller.arrived(
                    caller: 0, priority: .normal, load: Self.idle, at: 0, random: random)
                if case .shed(_, let wait) = verdict { waits.append(wait) }
            }
        }
        #expect(waits.first.map { $0 < 20_000_000 } == true)
        #expect(waits.last.map { $0 >= 1_000_000_000 } == true)
        #expect(waits.allSatisfy { $0 < 2_600_000_000 })
    }

    @Test(
        "At ten times its capacity a server does nine tenths of its best, well within callers' patience",
        arguments: [(4, 1_000_000), (32, 5_000_000), (8, 20_000_000)] as [(Int, Nanoseconds)])
    func overload(workers: Int, service: Nanoseconds) {
        let seed = UInt64.random(in: 0 ... .max)
        var model = ServerModel(
            workers: workers, service: service, patience: 1_000_000_000, seed: seed)
        let peak = Array(repeating: 0.98, count: 10)
        let overload = Array(repeating: 10.0, count: 10)
        let outcome = model.run(load: peak + overload + Array(repeating: 0.9, count: 10))
        let best = Double(outcome.goodput[9] ?? 0)
        // The first seconds are for learning.
        for second in 13..<20 {
            #expect(Double(outcome.goodput[second] ?? 0) >= 0.9 * best, "seed \(seed) \(second)")
        }
        #expect(outcome.p99(19) < model.patience / 2, "seed \(seed)")
        #expect(Double(outcome.goodput[29] ?? 0) >= 0.85 * best, "seed \(seed)")
    }

    @Test("A server that is slow for good is not limited below what it can do")
    func slowForGood() {
        let seed = UInt64.random(in: 0 ... .max)
        var model = ServerModel(
            workers: 64, service: 50_000_000, patience: 10_000_000_000, seed: seed)
        let outcome = model.run(load: Array(repeating: 0.9, count: 20))
        #expect(Double(outcome.goodput[19] ?? 0) >= 0.8 * model.capacity, "seed \(seed)")
        #expect(outcome.shed < 200, "seed \(seed)")
    }
}
