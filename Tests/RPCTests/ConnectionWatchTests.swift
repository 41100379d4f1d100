import RPC
import Testing

@Suite("Standing still")
struct ConnectionWatchTests {
    typealias Glance = ConnectionWatch.Glance
    private static let limits = ConnectionWatch.Limits(handshake: 2, frame: 3, unread: 4, idle: 5)

    /// The verdicts of rounds that all look alike.
    private static func verdicts(_ glance: Glance, rounds: Int) -> [ConnectionWatch.Verdict] {
        var watch = ConnectionWatch()
        return (0..<rounds).map { _ in watch.round(glance, limits: Self.limits) }
    }

    @Test(
        "What does not move is cut in its time, and not before",
        arguments: [
            (Glance(isHandshaking: true), 2, .slowHandshake),
            (Glance(isWithinFrame: true), 3, .slowWriter),
            (Glance(unread: 10), 4, .slowReader),
            (Glance(unread: 10, hasCalls: true), 4, .slowReader),
            (Glance(), 5, .idle),
        ] as [(Glance, Int, ConnectionWatch.Verdict)])
    func cut(glance: Glance, rounds: Int, verdict: ConnectionWatch.Verdict) {
        let verdicts = Self.verdicts(glance, rounds: rounds + 1)
        #expect(verdicts.dropLast().allSatisfy { $0 == .go })
        #expect(verdicts.last == verdict)
    }

    @Test("A connection with calls may be silent for ever")
    func busy() {
        #expect(Self.verdicts(Glance(hasCalls: true), rounds: 100).allSatisfy { $0 == .go })
    }

    @Test("Whole frames, and bytes that were read, are progress")
    func progress() {
        var watch = ConnectionWatch()
        for round in 0..<100 {
            watch.sawFrame()
            let glance = Glance(isWithinFrame: true, unread: 1000 - round)
            #expect(watch.round(glance, limits: Self.limits) == .go)
        }
    }

    @Test("A server that is silent is asked once, then left")
    func keepalive() {
        var machine = KeepaliveStateMachine()
        machine.received()
        #expect(machine.intervalPassed() == .wait)
        #expect(machine.intervalPassed() == .ping)
        machine.received()
        #expect(machine.intervalPassed() == .wait)
        #expect(machine.intervalPassed() == .ping)
        #expect(machine.intervalPassed() == .end)
    }
}
