import RPC
import Testing

@Suite("Server connection state machine")
struct ServerConnectionStateMachineTests {
    @Test("Runs calls on rising odd streams")
    func runs() throws {
        var machine = ServerConnectionStateMachine()
        #expect(try machine.receivedRequest(stream: 1, flags: .remoteClosed, size: 10) == .run)
        #expect(try machine.receivedRequest(stream: 7, flags: [], size: 10) == .run)
        #expect(machine.activeCalls == 2)
        #expect(machine.ended(stream: 1, size: 10) == .wait)
        #expect(machine.ended(stream: 7, size: 10) == .wait)
        #expect(machine.activeCalls == 0)
    }

    @Test(
        "A stream that is 0, even, used or falling ends the connection",
        arguments: [
            (0, .zeroStream), (2, .evenStream), (0xffff_fffe, .evenStream), (9, .streamNotRising),
            (7, .streamNotRising),
        ] as [(UInt32, ProtocolViolation)])
    func refusesStreams(stream: UInt32, violation: ProtocolViolation) throws {
        var machine = ServerConnectionStateMachine()
        _ = try machine.receivedRequest(stream: 9, flags: [], size: 1)
        #expect(throws: violation) {
            try machine.receivedRequest(stream: stream, flags: [], size: 1)
        }
        #expect(throws: violation) { try machine.receivedTooLarge(stream: stream) }
        #expect(machine.activeCalls == 1)
    }

    @Test("Data is taken until the last, passed over once its call has ended")
    func data() throws {
        var machine = ServerConnectionStateMachine()
        _ = try machine.receivedRequest(stream: 3, flags: .remoteOpen, size: 1)
        #expect(machine.isOpen(stream: 3))
        #expect(
            try machine.receivedData(stream: 3, flags: [], isActive: true)
                == .deliver(isLast: false))
        #expect(
            try machine.receivedData(stream: 3, flags: .remoteClosed, isActive: true)
                == .deliver(isLast: true))
        #expect(!machine.isOpen(stream: 3))
        #expect(try machine.receivedData(stream: 3, flags: [], isActive: false) == .ignore)
        #expect(try machine.receivedData(stream: 1, flags: [], isActive: false) == .ignore)
    }

    @Test(
        "Data on a stream that is 0, even, new, unary or done with ends the connection",
        arguments: [
            (0, .zeroStream), (2, .evenStream), (9, .unknownStream), (3, .unexpectedData),
            (5, .unexpectedData), (7, .unexpectedData),
        ] as [(UInt32, ProtocolViolation)])
    func wrongData(stream: UInt32, violation: ProtocolViolation) throws {
        var machine = ServerConnectionStateMachine()
        _ = try machine.receivedRequest(stream: 3, flags: [], size: 1)
        _ = try machine.receivedRequest(stream: 5, flags: .remoteClosed, size: 1)
        _ = try machine.receivedRequest(stream: 7, flags: .remoteOpen, size: 1)
        _ = try machine.receivedData(stream: 7, flags: .remoteClosed, isActive: true)
        #expect(throws: violation) {
            try machine.receivedData(stream: stream, flags: [], isActive: true)
        }
    }

    @Test("Refuses what is too much, and runs again when there is room")
    func limits() throws {
        var machine = ServerConnectionStateMachine(limits: .init(calls: 2, requestBytes: 100))
        #expect(try machine.receivedTooLarge(stream: 1) == .refuse(.tooLarge))
        #expect(try machine.receivedRequest(stream: 5, flags: [], size: 60) == .run)
        #expect(
            try machine.receivedRequest(stream: 7, flags: [], size: 41) == .refuse(.tooManyBytes))
        #expect(try machine.receivedRequest(stream: 9, flags: [], size: 40) == .run)
        #expect(
            try machine.receivedRequest(stream: 11, flags: [], size: 0) == .refuse(.tooManyCalls))
        _ = machine.ended(stream: 5, size: 60)
        #expect(try machine.receivedRequest(stream: 13, flags: [], size: 60) == .run)
    }

    @Test("Drains: refuses new calls, and closes with the last answer")
    func drains() throws {
        var machine = ServerConnectionStateMachine()
        _ = try machine.receivedRequest(stream: 1, flags: [], size: 1)
        _ = try machine.receivedRequest(stream: 3, flags: [], size: 1)
        #expect(machine.drain() == .wait)
        #expect(try machine.receivedRequest(stream: 5, flags: [], size: 1) == .refuse(.draining))
        #expect(machine.ended(stream: 1, size: 1) == .wait)
        #expect(machine.drain() == .wait)
        #expect(machine.ended(stream: 3, size: 1) == .close)
        #expect(machine.drain() == .wait)

        var idle = ServerConnectionStateMachine()
        #expect(idle.drain() == .close)
        #expect(try idle.receivedRequest(stream: 1, flags: [], size: 1) == .refuse(.draining))
    }
}
