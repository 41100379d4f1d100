import RPC
import Testing

@Suite("Client state machines")
struct ClientStateMachineTests {
    @Test("Streams are odd and rise until there are no more")
    func streams() {
        var machine = ClientConnectionStateMachine()
        let streams = [machine.open(), machine.open(), machine.open()]
        #expect(streams == [1, 3, 5])
        var last = ClientConnectionStateMachine(first: 0xffff_fffd)
        #expect(last.open() == 0xffff_fffd)
        #expect(last.open() == 0xffff_ffff)
        #expect(!last.canOpen)
        #expect(last.open() == nil)
        #expect(throws: Never.self) { try last.received(kind: .response, stream: 0xffff_ffff) }
    }

    @Test(
        "Only responses on streams that were opened are taken",
        arguments: [
            (.response, 0, .zeroStream), (.response, 2, .evenStream),
            (.response, 5, .unknownStream),
            (.request, 1, .requestFromServer), (.data, 1, .dataFromServer),
        ] as [(FrameKind, UInt32, ProtocolViolation)])
    func refuses(kind: FrameKind, stream: UInt32, violation: ProtocolViolation) throws {
        var machine = ClientConnectionStateMachine()
        _ = machine.open()
        _ = machine.open()
        try machine.received(kind: .response, stream: 3)
        #expect(throws: violation) { try machine.received(kind: kind, stream: stream) }
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
