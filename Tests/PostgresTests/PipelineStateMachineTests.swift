import Testing

@testable import Postgres

@Suite("PipelineStateMachine")
struct PipelineStateMachineTests {
    private typealias Machine = PipelineStateMachine<String>

    private static func key(_ sql: String) -> Machine.Key { Machine.Key(sql: sql, types: []) }

    /// Answers the message that is due, and ends it.
    private static func answer(_ machine: inout Machine, _ answer: Machine.Answer) {
        #expect(machine.received(answer).isWait)
        #expect(machine.receivedEnd().isWait)
    }

    private static let done = Machine.Answer.result("done")

    @Test("Prepares a statement once, and finds it again")
    func preparesOnce() {
        var machine = Machine(preparedStatements: 8)
        let key = Self.key("SELECT 1")
        #expect(
            machine.sent([key, key]) == [
                .prepare(key, name: "s1"), .execute(index: 0, name: "s1"),
                .execute(index: 1, name: "s1"),
            ])
        for _ in 1...3 { Self.answer(&machine, Self.done) }
        #expect(machine.isAnswering)
        #expect(machine.receivedSync().isSuccess)
        #expect(!machine.isAnswering)
        #expect(machine.sent([key]) == [.execute(index: 0, name: "s1")])
    }

    @Test("What was skipped after an error was not prepared")
    func forgetsSkipped() {
        var machine = Machine(preparedStatements: 8)
        let (bad, good) = (Self.key("SELECT 1 / 0"), Self.key("SELECT 1"))
        _ = machine.sent([bad, good])
        Self.answer(&machine, Self.done)  // prepared
        Self.answer(&machine, .error(PostgresError(.other("22012"), sqlState: "22012")))
        Self.answer(&machine, .skipped)
        Self.answer(&machine, .skipped)
        #expect(machine.receivedSync().failure?.code == .other("22012"))
        #expect(
            machine.sent([bad, good]) == [
                .execute(index: 0, name: "s1"), .prepare(good, name: "s3"),
                .execute(index: 1, name: "s3"),
            ])
    }

    @Test("Over capacity, the least recently used one goes with the next batch")
    func evicts() {
        var machine = Machine(preparedStatements: 2)
        let keys = ["a", "b", "c"].map(Self.key)
        for key in [keys[0], keys[1], keys[0], keys[2]] { Self.run(&machine, key) }
        #expect(
            machine.sent([keys[0]]) == [.deallocate(name: "s2"), .execute(index: 0, name: "s1")])
    }

    @Test("A plan that fits no more is given up, one the server lost is only forgotten")
    func forgetsStalePlans() {
        for (sqlState, isDeallocated) in [("0A000", true), ("26000", false)] {
            var machine = Machine(preparedStatements: 8)
            let key = Self.key("SELECT * FROM things")
            Self.run(&machine, key)
            _ = machine.sent([key])
            Self.answer(&machine, .error(PostgresError(.other(sqlState), sqlState: sqlState)))
            _ = machine.receivedSync()
            let expected: [Machine.Message] = [
                .prepare(key, name: "s2"), .execute(index: 0, name: "s2"),
            ]
            #expect(
                machine.sent([key]) == (isDeallocated ? [.deallocate(name: "s1")] : []) + expected)
        }
    }

    @Test("An answer, an end or a sync out of turn condemns the connection")
    func refusesDisorder() {
        var idle = Machine(preparedStatements: 8)
        #expect(idle.received(.skipped).isFailure)
        #expect(idle.receivedEnd().isFailure)
        #expect(idle.receivedSync().isFailure)
        var busy = Machine(preparedStatements: 8)
        _ = busy.sent([Self.key("SELECT 1")])
        #expect(busy.receivedSync().isFailure)
        #expect(busy.receivedEnd().isFailure)
        _ = busy.received(.skipped)
        #expect(busy.received(.skipped).isFailure)
    }

    /// A batch of one statement that goes well.
    private static func run(_ machine: inout Machine, _ key: Machine.Key) {
        for _ in machine.sent([key]) { Self.answer(&machine, Self.done) }
        #expect(machine.receivedSync().isSuccess)
    }
}

extension PipelineStateMachine.Action {
    fileprivate var isWait: Bool { if case .wait = self { true } else { false } }
    fileprivate var isFailure: Bool { if case .fail = self { true } else { false } }
    fileprivate var isSuccess: Bool {
        if case .finish(.success) = self { true } else { false }
    }
    fileprivate var failure: PostgresError? {
        if case .finish(.failure(let error)) = self { error } else { nil }
    }
}
