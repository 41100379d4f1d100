import Foundation
import RPC
import TLS
import TestKit
import Testing

@Suite("Abuse of frames and connections", .timeLimit(.minutes(5)))
struct FrameAbuseTests {
    private static func header(
        _ length: UInt32, stream: UInt32 = 1, kind: UInt8 = 1, flags: UInt8 = 0
    ) -> [UInt8] {
        length.bytes + stream.bytes + [kind, flags]
    }

    @Test("A frame of exactly 4 MiB is taken, one of a byte more is passed over and refused")
    func largest() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        let largest = RawPeer.request(stream: 1, padding: 4 << 20)
        try peer.send(largest)
        #expect(try peer.receiveFrame() == 1)
        #expect(!String(decoding: peer.lastPayload, as: UTF8.self).contains("message_too_large"))
        try peer.send(
            Self.header(4 << 20 + 1, stream: 3) + [UInt8](repeating: 0, count: 4 << 20 + 1))
        #expect(try peer.receiveFrame() == 3)
        #expect(String(decoding: peer.lastPayload, as: UTF8.self).contains("message_too_large"))
        try peer.send(RawPeer.request(stream: 5))
        #expect(try peer.receiveFrame() == 5)
        await harness.server.shutdown()
    }

    @Test("The largest length is refused at once, however little of it comes")
    func hugeLength() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(Self.header(0xffff_ffff) + [1, 2, 3])
        #expect(try peer.receiveFrame() == 1)
        #expect(String(decoding: peer.lastPayload, as: UTF8.self).contains("message_too_large"))
        await harness.server.shutdown()
    }

    @Test(
        "Data where none belongs cuts the connection",
        arguments: [
            ("a unary call", "Wait", UInt8(0)), ("a closed stream", "Hold", UInt8(1)),
        ])
    func wrongData(name: String, method: String, flags: UInt8) async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        var request = RawPeer.request(stream: 1, method: method)
        request[9] = flags
        try peer.send(request)
        await harness.gate.arrivals(1)
        try peer.send(Self.header(1, kind: 3) + [1])
        #expect(peer.isCut())
        await harness.gate.cancellations(1)
        await harness.server.shutdown()
    }

    @Test("A stream of messages to a method that takes none is refused")
    func streamToUnary() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        var request = RawPeer.request(stream: 1)
        request[9] = 2
        try peer.send(request)
        #expect(try peer.receiveFrame() == 1)
        #expect(String(decoding: peer.lastPayload, as: UTF8.self).contains("unknown_method"))
        try peer.send(Self.header(1, kind: 3) + [1] + RawPeer.request(stream: 3))
        #expect(try peer.receiveFrame() == 3)
        await harness.server.shutdown()
    }

    @Test("A sender that does not wait for room fails its stream, and no other")
    func flood() async throws {
        let harness = try await RPCHarness()
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        var request = RawPeer.request(stream: 1, method: "Hold")
        request[9] = 2
        try peer.send(request)
        await harness.gate.arrivals(1)
        let message = Self.header(100_000, kind: 3) + [UInt8](repeating: 0, count: 100_000)
        for _ in 0..<12 { try peer.send(message) }
        #expect(try peer.receiveFrame() == 1)
        try peer.send(RawPeer.request(stream: 3))
        #expect(try peer.receiveFrame() == 3)
        await harness.server.shutdown()
    }

    @Test(
        "A frame that is never finished, by silence or drop by drop, is cut in time",
        arguments: [false, true])
    func slowWriter(drips: Bool) async throws {
        let harness = try await RPCHarness(
            limits: .init(watch: .init(handshake: 1000, frame: 5), watchInterval: .milliseconds(20))
        )
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(Array(Self.header(1000).prefix(drips ? 10 : 5)))
        var sent = 0
        while drips, sent < 1000, peer.isOpen(for: .milliseconds(5)) {
            try peer.send([0])
            sent += 1
        }
        #expect(peer.isCut())
        #expect(sent < 1000)
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    @Test("A peer that does not read is cut, and its calls are cancelled")
    func slowReader() async throws {
        let harness = try await RPCHarness(
            limits: .init(
                unreadBytes: 1 << 20, watch: .init(handshake: 1000, unread: 5),
                watchInterval: .milliseconds(20)))
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        try peer.send(RawPeer.request(stream: 1, method: "Wait"))
        await harness.gate.arrivals(1)
        let swell = RawPeer.request(
            stream: 3, method: "Swell", payload: UInt32(4_000_000).bytes)
        for stream in UInt32(0)..<10 {
            var request = swell
            request.replaceSubrange(4..<8, with: (3 + 2 * stream).bytes)
            try peer.send(request)
        }
        await harness.gate.cancellations(1)
        await harness.server.shutdown()
    }

    @Test("An idle connection is closed in order")
    func idle() async throws {
        let harness = try await RPCHarness(
            limits: .init(
                watch: .init(handshake: 1000, idle: 3), watchInterval: .milliseconds(20)))
        let peer = try RawPeer(port: harness.port)
        try peer.shakeHands()
        #expect(try peer.receiveFrame() == nil)
        #expect(peer.stream.state == .closed)
        await harness.server.shutdown()
    }

    @Test("A flood of handshakes that are never finished is bounded, and passes")
    func handshakeFlood() async throws {
        let harness = try await RPCHarness(
            limits: .init(
                handshakes: 10, watch: .init(handshake: 5), watchInterval: .milliseconds(20)))
        let flood = try (0..<200).map { _ in try RawPeer(port: harness.port) }
        #expect(try await eventually { harness.server.connectionCount <= 10 })
        let client = try harness.client()
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        for peer in flood { #expect(peer.isCut()) }
        await harness.server.shutdown()
    }

    @Test("Ten thousand peers come and go in every rude way, and leave nothing behind")
    func comeAndGo() async throws {
        let harness = try await RPCHarness(limits: .init(handshakes: 1024))
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [1], options: .patient)
        let before = try Self.descriptors()
        var waiting = 0
        for number in 0..<10_000 {
            // Few at once: the process's other tests need descriptors too.
            if number % 100 == 0 {
                #expect(try await eventually { harness.server.connectionCount < 20 })
            }
            let peer = try RawPeer(port: harness.port)
            switch number % 50 {
            case 0:
                // Reset in the middle of a frame, with a call at work.
                try peer.shakeHands()
                try peer.send(RawPeer.request(stream: 1, method: "Wait"))
                try peer.send(Array(RawPeer.request(stream: 3).prefix(20)))
                await harness.gate.arrivals(1)
                waiting += 1
                peer.reset()
                await harness.gate.cancellations(waiting)
            case 1: peer.sendRaw([UInt8](repeating: 0x16, count: 100))
            case 2: try peer.stream.start()
            case 3: peer.reset()
            default: break
            }
        }
        #expect(try await eventually { harness.server.connectionCount == 1 })
        #expect(try await eventually { try Self.descriptors() <= before })
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }
}
