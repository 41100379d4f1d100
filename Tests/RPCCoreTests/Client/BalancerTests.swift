import RPCCore
import Testing

@Suite("Balancer")
struct BalancerTests {
    private static func up(_ server: Int) -> Bool { true }

    private static func balancer(
        _ servers: Int, _ policy: Balancer.Policy = .roundRobin
    ) -> Balancer {
        Balancer(
            .init(
                policy: policy, failuresToEject: 2, firstEjection: 100, longestEjection: 300),
            servers: servers)
    }

    /// Lets `index` fail until it is ejected or cannot be.
    private static func fail(_ balancer: inout Balancer, _ index: Int, at now: Nanoseconds = 0) {
        for _ in 0..<4 * balancer.count {
            guard let picked = balancer.pick(isUp: Self.up) else { return }
            balancer.ended(picked, picked == index ? .failure : nil, at: now)
        }
    }

    @Test("In turn, each server gets as many calls")
    func roundRobin() {
        var balancer = Self.balancer(3)
        let picks = (0..<6).map { _ in balancer.pick(isUp: Self.up) }
        #expect(picks == [0, 1, 2, 0, 1, 2])
    }

    @Test("The least busy gets the call")
    func leastInFlight() {
        var balancer = Self.balancer(3, .leastInFlight)
        for _ in 0..<6 { _ = balancer.pick(isUp: Self.up) }
        balancer.ended(1, .success, at: 0)
        let pick = balancer.pick(isUp: Self.up)
        #expect(pick == 1)
    }

    @Test(
        "Whoever cannot be reached, or has just failed the call, gets it only if nobody else is there"
    )
    func avoids() {
        var balancer = Self.balancer(3)
        let picks = (0..<4).map { _ in balancer.pick(avoiding: 0, isUp: { $0 != 1 }) }
        #expect(picks == [2, 2, 2, 2])
        let last = balancer.pick(avoiding: 0, isUp: { _ in false })
        #expect(last != nil)
        var nobody = Self.balancer(0)
        let none = nobody.pick(isUp: Self.up)
        #expect(none == nil)
    }

    @Test("Failures in a row eject a server, for longer each time; a success between them does not")
    func ejects() {
        var balancer = Self.balancer(2)
        for outcome in [Balancer.Outcome.failure, .success, .failure] {
            _ = balancer.pick(isUp: { $0 == 0 })
            balancer.ended(0, outcome, at: 0)
        }
        #expect(!balancer.isEjected(0))
        Self.fail(&balancer, 0)
        #expect(balancer.isEjected(0))
        let picks = (0..<3).map { _ in balancer.pick(isUp: Self.up) }
        #expect(picks == [1, 1, 1])
        var end: Nanoseconds = 0
        for time: Nanoseconds in [100, 200, 300, 300] {
            end += time
            let early = balancer.dueProbes(at: end - 1)
            let due = balancer.dueProbes(at: end)
            let again = balancer.dueProbes(at: end)
            #expect(early == [])
            #expect(due == [0])
            #expect(again == [])
            balancer.probed(0, isWell: false, at: end)
        }
        _ = balancer.dueProbes(at: end + 300)
        balancer.probed(0, isWell: true, at: end + 300)
        #expect(!balancer.isEjected(0))
    }

    @Test("Never more than half of the servers are ejected, and never the last", arguments: 1...5)
    func atMostHalf(servers: Int) {
        var balancer = Self.balancer(servers)
        for index in 0..<servers { Self.fail(&balancer, index) }
        let ejected = (0..<servers).count { balancer.isEjected($0) }
        #expect(ejected == servers / 2)
        let pick = balancer.pick(isUp: Self.up)
        #expect(pick.map { balancer.isEjected($0) } == false)
    }
}
