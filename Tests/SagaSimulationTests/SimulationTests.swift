import SagaCore
import SagaSimulation
import Testing

@Suite("Simulation", .timeLimit(.minutes(2)))
struct SimulationTests {
    @Test("Chance histories break no rule, and every fault and every end is among them")
    func swarm() async throws {
        let tally = try await Campaign.swarm(0..<600, workers: 2)
        for failure in tally.failures {
            Issue.record("\(failure.violations): \(failure.replay)")
        }
        for fault in Fault.allCases {
            #expect((tally.faults[fault] ?? 0) > 20, "\(fault)")
        }
        #expect((tally.ends[.succeeded] ?? 0) > 100)
        #expect((tally.ends[.compensated] ?? 0) > 100)
        #expect(tally.neverBegan > 20 && tally.resumed > 5)
    }

    @Test("Every fault alone breaks no rule")
    func singles() async throws {
        let tally = try await Campaign.run(FaultScript.singles, workers: 2)
        for failure in tally.failures {
            Issue.record("\(failure.violations): \(failure.replay)")
        }
    }

    /// Nobody renews a lease or looks a saga up unless it takes long.
    @Test("Every scripted fault strikes in one of the sagas, alone or beside a slow acquirer")
    func scriptsStrike() throws {
        let slow = ScriptedFault(.acquirerSlow, at: Place(.action, 2))
        for fault in ScriptedFault.all {
            let isStruck = try FaultScript.refusals.contains { refusing in
                try [[fault], [fault, slow]].contains { faults in
                    let plan = try SimulationPlan.scripted(faults, refusing: refusing)
                    return Simulation.run(plan).faults[fault.fault] != nil
                }
            }
            #expect(isStruck, "\(fault)")
        }
    }

    @Test("A script is read back as it is written")
    func scriptText() throws {
        let script = FaultScript(
            [
                ScriptedFault(.requestLost, at: Place(.action, 3)),
                ScriptedFault(.crashAfter, at: Place(.save, 1)),
            ], refusing: 2)
        #expect(script.description == "requestLost@action3,crashAfter@save1:2")
        #expect(FaultScript(script.description) == script)
        #expect(FaultScript("requestLost@nowhere") == nil)
        #expect(FaultScript("requestLost@action3:9") == nil)
    }
}
