import RPC
import Synchronization
import TLS
import TestKit
import Testing

@Suite("Streams of messages over TLS", .timeLimit(.minutes(1)))
struct StreamTests {
    @Test("Messages are answered one by one, and the stream ends when both sides are done")
    func converse() async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client().open(RPCHarness.converse, [], options: .patient)
        for number in UInt32(0)..<100 {
            try await stream.send(number.bytes)
            #expect(try await stream.next() == number.bytes)
        }
        stream.finishSending()
        #expect(try await stream.next() == nil)
        #expect(try await stream.next() == nil)
        await harness.server.shutdown()
    }

    @Test("Many messages are gathered into one answer, empty ones too")
    func gather() async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client().open(RPCHarness.gather, [], options: .patient)
        for size in [0, 1, 100_000, 0, 4 << 20] {
            try await stream.send([UInt8](repeating: 1, count: size))
        }
        stream.finishSending()
        let answer = try #require(try await stream.next())
        #expect(answer.word(0) == 5)
        #expect(answer.word(4) == 100_001 + 4 << 20)
        #expect(try await stream.next() == nil)
        await harness.server.shutdown()
    }

    @Test(
        "One request is answered by many messages, in order",
        arguments: [(0, 4), (1, 4), (5000, 4), (300, 10_000), (4, 4 << 20)] as [(UInt32, UInt32)])
    func spread(count: UInt32, size: UInt32) async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client()
            .open(RPCHarness.spread, count.bytes + size.bytes, options: .patient)
        for number in 0..<count {
            let message = try #require(try await stream.next())
            #expect(message.count == Int(size))
            #expect(message.word(0) == number)
        }
        #expect(try await stream.next() == nil)
        await harness.server.shutdown()
    }

    @Test("A stream that nobody reads stops its sender and nothing else")
    func flowControl() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let unread = try await client.open(
            RPCHarness.spread, UInt32(100_000).bytes + UInt32(1000).bytes, options: .patient)
        let held = try await client.open(RPCHarness.hold, [], options: .patient)
        let sent = Counter()
        let sender = Task {
            for _ in 0..<2000 {
                try await held.send([UInt8](repeating: 1, count: 1000))
                sent.increment()
            }
            held.finishSending()
        }
        await harness.gate.arrivals(1)
        // A window's worth goes, and no more, while others' calls go on.
        #expect(try await eventually { sent.value >= 256 })
        for _ in 0..<50 {
            #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        }
        #expect(sent.value < 300)
        harness.gate.open()
        try await sender.value
        #expect(try await held.next()?.word(0) == 2000)
        // The unread one has lost nothing.
        for number in UInt32(0)..<2000 { #expect(try await unread.next()?.word(0) == number) }
        unread.cancel()
        await harness.server.shutdown()
    }

    @Test("Who cancels a stream is told so, and so is the other side")
    func cancel() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        let stream = try await client.open(RPCHarness.hold, [], options: .patient)
        await harness.gate.arrivals(1)
        stream.cancel()
        await harness.gate.cancellations(1)
        let error = await rpcError { _ = try await stream.next() }
        #expect(error?.code == .cancelled)
        #expect(await rpcError { try await stream.send([1]) }?.code == .cancelled)
        #expect(try await client.call(RPCHarness.echo, [1], options: .patient) == [1])
        await harness.server.shutdown()
    }

    @Test("A reader that is cancelled lets go; the stream goes on")
    func cancelledReader() async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client().open(RPCHarness.converse, [], options: .patient)
        let reader = Task { try await stream.next() }
        reader.cancel()
        #expect(await rpcError { _ = try await reader.value }?.code == .cancelled)
        try await stream.send([5])
        #expect(try await stream.next() == [5])
        stream.cancel()
        await harness.server.shutdown()
    }

    @Test("A stream ends with its deadline on both sides")
    func deadline() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client()
        _ = try await client.call(RPCHarness.echo, [], options: .patient)
        let stream = try await client.open(
            RPCHarness.hold, [], options: .init(timeout: .milliseconds(50)))
        #expect(await rpcError { _ = try await stream.next() }?.code == .deadlineExceeded)
        await harness.gate.cancellations(1)
        await harness.server.shutdown()
    }

    @Test("A stream is lost with its connection")
    func lost() async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client().open(RPCHarness.hold, [], options: .patient)
        await harness.gate.arrivals(1)
        await harness.server.shutdown()
        #expect(await rpcError { _ = try await stream.next() }?.code == .unavailable)
        await harness.gate.cancellations(1)
    }

    @Test("A handler's error ends the stream, behind nothing that still waits")
    func refused() async throws {
        let harness = try await RPCHarness()
        let client = try harness.client(.refund)
        let denied = RPCHarness.method("OperatorsOnly", kind: .bidirectional)
        let stream = try await client.open(denied, [], options: .patient)
        #expect(await rpcError { _ = try await stream.next() }?.code == .permissionDenied)
        await harness.server.shutdown()
    }

    @Test("A drain lets an open stream finish")
    func drain() async throws {
        let harness = try await RPCHarness()
        let stream = try await harness.client().open(RPCHarness.converse, [], options: .patient)
        try await stream.send([1])
        #expect(try await stream.next() == [1])
        let drained = Task { await harness.server.drain(within: .seconds(20)) }
        #expect(try await eventually { harness.server.health.isServing() == false })
        try await stream.send([2])
        #expect(try await stream.next() == [2])
        stream.finishSending()
        #expect(try await stream.next() == nil)
        await drained.value
    }
}

/// Counts what several tasks do.
final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { self.count.load(ordering: .relaxed) }

    func increment() { self.count.add(1, ordering: .relaxed) }
}
