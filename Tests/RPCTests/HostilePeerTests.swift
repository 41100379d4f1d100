import NIOPosix
import RPC
import TLS
import TestKit
import Testing

@Suite("Hostile peers", .timeLimit(.minutes(1)))
struct HostilePeerTests {
    @Test("A peer that follows the rules is answered")
    func rules() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(RawPeer.request(stream: 1) + RawPeer.request(stream: 9))
        #expect(try peer.receiveFrame() == 1)
        #expect(try peer.receiveFrame() == 9)
        await harness.server.shutdown()
    }

    @Test("Garbage before, in and after TLS cuts the connection and harms no other")
    func garbage() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        let before = try RawPeer(port: harness.port)
        before.sendRaw(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
        #expect(before.isCut())
        let inside = try RawPeer(port: harness.port)
        try inside.stream.start()
        inside.sendRaw([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
        #expect(inside.isCut())
        let after = try RawPeer(port: harness.port)
        try after.shakeHands()
        after.sendRaw([0x17, 3, 3, 0, 32] + [UInt8](repeating: 5, count: 32))
        #expect(after.isCut())
        #expect(try await client.call(RPCHarness.echo, [2], options: .patient) == [2])
        await harness.server.shutdown()
    }

    static let abuses: [(name: String, bytes: [UInt8])] = [
        ("stream 0", RawPeer.request(stream: 0)),
        ("an even stream", RawPeer.request(stream: 2)),
        ("a used stream", RawPeer.request(stream: 1) + RawPeer.request(stream: 1)),
        ("a falling stream", RawPeer.request(stream: 5) + RawPeer.request(stream: 3)),
        ("data before a request", [0, 0, 0, 0, 0, 0, 0, 1, 3, 0]),
        ("a response", [0, 0, 0, 0, 0, 0, 0, 1, 2, 0]),
    ]

    @Test("A violation of the framing cuts the connection", arguments: Self.abuses)
    func violation(name: String, bytes: [UInt8]) async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(bytes)
        #expect(peer.isCut())
        await harness.server.shutdown()
    }

    @Test("What later versions may send is passed over")
    func unknownKinds() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send([0, 0, 0, 2, 0, 0, 0, 8, 77, 0xff, 1, 2])
        var flagged = RawPeer.request(stream: 1)
        flagged[9] = 0xf8
        try peer.send(flagged)
        #expect(try peer.receiveFrame() == 1)
        await harness.server.shutdown()
    }

    @Test(
        "Refused requests are answered, and the connection goes on",
        arguments: [
            ("payload that is no message", [0, 0, 0, 2, 0, 0, 0, 1, 1, 0, 0xff, 0xff]),
            ("empty payload", [0, 0, 0, 0, 0, 0, 0, 1, 1, 0]),
            (
                "one byte too many",
                [0, 0x40, 0, 1, 0, 0, 0, 1, 1, 0] + [UInt8](repeating: 0, count: 4 << 20 + 1)
            ),
        ] as [(String, [UInt8])])
    func refused(name: String, bytes: [UInt8]) async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(bytes)
        #expect(try peer.receiveFrame() == 1)
        try peer.send(RawPeer.request(stream: 3))
        #expect(try peer.receiveFrame() == 3)
        await harness.server.shutdown()
    }

    @Test(
        "Timeouts on the wire: none, over, least and most",
        arguments: [
            (0, "orchestrator Inspect -1"), (-1, "deadline_exceeded"), (.min, "deadline_exceeded"),
            (.max, "Inspect 863"), (1_000_000_000_000, "Inspect 99"),
        ] as [(Int64, String)])
    func timeouts(timeout: Int64, expected: String) async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(RawPeer.request(stream: 1, method: "Inspect", timeout: timeout))
        #expect(try peer.receiveFrame() == 1)
        let answer = String(decoding: peer.lastPayload, as: UTF8.self)
        #expect(answer.contains(expected), "\(answer)")
        await harness.server.shutdown()
    }

    @Test("A request that dribbles in byte by byte is answered")
    func dribble() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        for byte in RawPeer.request(stream: 1) { try peer.send([byte]) }
        #expect(try peer.receiveFrame() == 1)
        await harness.server.shutdown()
    }

    @Test("A peer that does not shake hands is cut in time")
    func silent() async throws {
        let harness = try await RPCHarness(
            limits: .init(watch: .init(handshake: 2), watchInterval: .milliseconds(20)))
        let peer = try RawPeer(port: harness.port)
        #expect(peer.isCut())
        await harness.server.shutdown()
    }

    @Test("Connections and calls beyond the limits are refused")
    func limits() async throws {
        let harness = try await RPCHarness(
            limits: .init(connections: 1, connection: .init(calls: 2, requestBytes: 1000)))
        let client = try harness.client()
        let waiting = (0..<2).map { _ in
            Task { try await client.call(RPCHarness.wait, [1], options: .patient) }
        }
        await harness.gate.arrivals(2)
        let tooMany = await rpcError {
            _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        }
        #expect(tooMany?.code == .resourceExhausted)
        #expect(tooMany?.mayHaveRun == false)
        let second = try RawPeer(port: harness.port)
        #expect(second.isCut())
        harness.gate.open()
        for task in waiting { #expect(try await task.value == [1]) }
        let tooLong = await rpcError {
            _ = try await client.call(
                RPCHarness.echo, [UInt8](repeating: 0, count: 1000), options: .patient)
        }
        #expect(tooLong?.code == .resourceExhausted)
        await harness.server.shutdown()
    }

    @Test(
        "A client without a certificate, and one with TLS 1.2, are refused",
        arguments: [
            ["-tls1_3"], ["-tls1_2"],
        ])
    func foreignClients(options: [String]) async throws {
        let harness = try await RPCHarness()
        let output = try await OpenSSLClient.run(port: harness.port, options: options)
        #expect(output.contains("alert"), "\(output)")
        await harness.server.shutdown()
    }
}
