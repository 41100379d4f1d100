import RPCCore
import Testing

@Suite("Spinning")
struct SpinTests {
    private static func run(_ waits: [Nanoseconds], messages: Int = 1) -> [Bool] {
        var machine = SpinStateMachine()
        return waits.map { wait in
            machine.resumed(after: wait)
            for _ in 0..<messages { machine.received() }
            return machine.rested()
        }
    }

    @Test("A thread spins once its waits were short time after time, and stops when they are not")
    func learns() {
        let short = Array(repeating: Nanoseconds(20_000), count: 40)
        let long = Array(repeating: Nanoseconds(10_000_000), count: 10)
        let answers = Self.run(short + long)
        #expect(answers.prefix(15).allSatisfy { !$0 })
        #expect(answers[15..<40].allSatisfy { $0 })
        #expect(answers.suffix(7).allSatisfy { !$0 })
    }

    @Test("A thread that gets many messages at once does not")
    func batches() {
        let answers = Self.run(Array(repeating: 20_000, count: 100), messages: 3)
        #expect(answers.allSatisfy { !$0 })
    }

    @Test("One that seldom waits for little does not")
    func seldom() {
        let waits = (0..<100).map { Nanoseconds($0 % 4 == 0 ? 10_000_000 : 20_000) }
        #expect(Self.run(waits).allSatisfy { !$0 })
    }
}
