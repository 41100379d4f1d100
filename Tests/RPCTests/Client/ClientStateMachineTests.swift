import RPC
import Testing

@Suite("Client state machines")
struct ClientStateMachineTests {
    @Test("Streams are odd and rise until there are no more")
    func streams() throws {
        var machine = ClientConnectionStateMachine()
        let streams = [machine.open(), machine.open(), machine.open()]
        #expect(streams == [1, 3, 5])
        var last = ClientConnectionStateMachine(first: 0xffff_fffd)
        #expect(last.open() == 0xffff_fffd)
        #expect(last.open() == 0xffff_ffff)
        #expect(!last.canOpen)
        #expect(last.open() == nil)
        #expect(
            try last.received(kind: .response, flags: [], stream: 0xffff_ffff, waiting: .unary)
                == .end)
    }

    @Test(
        "What a server may not send ends the connection",
        arguments: [
            (.response, 0, .unary, .zeroStream), (.response, 2, .unary, .evenStream),
            (.response, 5, .nobody, .unknownStream), (.data, 5, .nobody, .unknownStream),
            (.request, 1, .unary, .requestFromServer), (.data, 1, .unary, .unexpectedData),
        ]
            as [(
                FrameKind, UInt32, ClientConnectionStateMachine.Waiting, ProtocolViolation
            )])
    func refuses(
        kind: FrameKind, stream: UInt32, waiting: ClientConnectionStateMachine.Waiting,
        violation: ProtocolViolation
    ) throws {
        var machine = ClientConnectionStateMachine()
        _ = machine.open()
        _ = machine.open()
        #expect(throws: violation) {
            try machine.received(kind: kind, flags: [], stream: stream, waiting: waiting)
        }
    }

    @Test(
        "Frames go to who waits for them; latecomers are passed over",
        arguments: [
            (.response, [], .unary, .end), (.response, [], .messages, .end),
            (.data, [], .messages, .message(isLast: false)),
            (.data, .remoteClosed, .messages, .message(isLast: true)),
            (.response, [], .nobody, .ignore), (.data, [], .nobody, .ignore),
        ]
            as [(
                FrameKind, FrameFlags, ClientConnectionStateMachine.Waiting,
                ClientConnectionStateMachine.OnFrame
            )])
    func takes(
        kind: FrameKind, flags: FrameFlags, waiting: ClientConnectionStateMachine.Waiting,
        expected: ClientConnectionStateMachine.OnFrame
    ) throws {
        var machine = ClientConnectionStateMachine()
        _ = machine.open()
        #expect(
            try machine.received(kind: kind, flags: flags, stream: 1, waiting: waiting)
                == expected)
    }

    @Test("Connects with the first call, queues others, sends when up")
    func connects() {
        var random = SystemRandomNumberGenerator()
        var machine = ReconnectStateMachine()
        #expect(machine.called() == .queueAndConnect)
        #expect(machine.called() == .queue)
        #expect(machine.connected() == true)
        #expect(machine.called() == .send)
        #expect(machine.lost(hasServed: true, using: &random) == .wait)
        #expect(machine.called() == .queueAndConnect)
    }

    @Test("Rests longer with each failure, up to a limit, and starts over after a success")
    func rests() {
        var random = SystemRandomNumberGenerator()
        let backoff = ReconnectStateMachine.Backoff(
            first: .milliseconds(100), longest: .milliseconds(300), factor: 2, jitter: 0)
        var machine = ReconnectStateMachine(backoff: backoff)
        _ = machine.called()
        for milliseconds in [100, 200, 300, 300] {
            let expected = ReconnectStateMachine.OnLoss.rest(.milliseconds(milliseconds))
            #expect(machine.connectFailed(using: &random) == expected)
            #expect(machine.called() == .queue)
            #expect(machine.rested(callsWait: true) == true)
        }
        #expect(machine.connected() == true)
        #expect(machine.lost(hasServed: true, using: &random) == .wait)
        _ = machine.called()
        #expect(machine.connectFailed(using: &random) == .rest(.milliseconds(100)))
        #expect(machine.rested(callsWait: false) == false)
        #expect(machine.called() == .queueAndConnect)
    }

    @Test("A connection that never served is followed by a rest, like a failure")
    func neverServed() {
        var random = SystemRandomNumberGenerator()
        var machine = ReconnectStateMachine()
        _ = machine.called()
        _ = machine.connected()
        guard case .rest = machine.lost(hasServed: false, using: &random) else {
            Issue.record("no rest")
            return
        }
        machine.close()
        #expect(machine.called() == .refuse)
        #expect(machine.rested(callsWait: true) == false)
        #expect(machine.connected() == false)
    }

    @Test(
        "Endpoints are read as people write them",
        arguments: [
            ("127.0.0.1:7401", "127.0.0.1", 7401), ("payment.internal:1", "payment.internal", 1),
            ("[::1]:65535", "::1", 65535),
        ])
    func endpoints(text: String, host: String, port: Int) {
        let endpoint = Endpoint(parsing: text)
        #expect(endpoint == Endpoint(host: host, port: port))
        #expect(endpoint?.description == text)
    }

    @Test(
        "Wrong endpoints are refused",
        arguments: ["", "a", "a:", ":1", "a:0", "a:65536", "::1:5", "a:-1"])
    func wrongEndpoints(text: String) {
        #expect(Endpoint(parsing: text) == nil)
    }
}
