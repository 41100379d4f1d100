import Messages
import Testing
import Wire

@testable import RPC

@Suite("Envelopes, read where they lie")
struct EnvelopeTests {
    private static let trace = TraceParent(traceHigh: 1, traceLow: 2, span: 3, isSampled: true)

    private static func sample(_ numbers: inout StreamPartsTests.SplitMix) -> TTRPC.Request {
        func text(_ numbers: inout StreamPartsTests.SplitMix) -> String {
            String(repeating: "ü.x", count: Int(numbers.next() % 50))
        }
        var metadata = (0..<numbers.next() % 4).map { _ in
            TTRPC.KeyValue(key: text(&numbers), value: text(&numbers))
        }
        if numbers.next() % 2 == 0 {
            metadata.append(
                TTRPC.KeyValue(key: "traceparent", value: Self.trace.description))
        }
        return TTRPC.Request(
            service: text(&numbers), method: text(&numbers),
            payload: (0..<numbers.next() % 300).map { UInt8(truncatingIfNeeded: $0) },
            timeoutNano: Int64(bitPattern: numbers.next() >> (numbers.next() % 64)),
            metadata: metadata)
    }

    /// Whether the envelope says what the message says.
    private static func agree(
        _ envelope: RequestEnvelope, _ bytes: [UInt8], _ request: TTRPC.Request
    ) -> Bool {
        let others = request.metadata.filter { $0.key != "traceparent" }
        return Array(bytes[envelope.service]) == Array(request.service.utf8)
            && Array(bytes[envelope.method]) == Array(request.method.utf8)
            && Array(bytes[envelope.payload]) == request.payload
            && envelope.timeout == Timeout(nanoseconds: request.timeoutNano)
            && envelope.metadata.pairs.map(\.key) == others.map(\.key)
            && envelope.metadata.pairs.map(\.value) == others.map(\.value)
    }

    @Test("A request reads as protobuf-c reads it")
    func reads() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var numbers = StreamPartsTests.SplitMix(state: seed)
        for _ in 0..<2000 {
            let request = Self.sample(&numbers)
            let bytes = request.encoded()
            let envelope = try RequestEnvelope(reading: bytes.span)
            #expect(Self.agree(envelope, bytes, request), "seed \(seed)")
            let isTraced = request.metadata.contains { $0.key == "traceparent" }
            #expect(envelope.traceParent == (isTraced ? Self.trace : nil), "seed \(seed)")
        }
    }

    @Test("Damaged requests that protobuf-c takes are taken alike; none is fatal")
    func readsDamaged() {
        let seed = UInt64.random(in: 0 ... .max)
        var numbers = StreamPartsTests.SplitMix(state: seed)
        var taken = 0
        for _ in 0..<20_000 {
            var bytes = Self.sample(&numbers).encoded()
            for _ in 0...numbers.next() % 3 where !bytes.isEmpty {
                let place = Int(numbers.next() % UInt64(bytes.count))
                switch numbers.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: numbers.next())
                case 1: bytes.remove(at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
            let envelope = try? RequestEnvelope(reading: bytes.span)
            guard let request = try? TTRPC.Request(decoding: bytes), let envelope else { continue }
            taken += 1
            #expect(Self.agree(envelope, bytes, request), "seed \(seed)")
        }
        #expect(taken > 1000)
    }

    @Test(
        "More metadata than is taken is refused",
        arguments: [(65, 1, 1), (1, 8193, 1), (1, 1, 8193)])
    func metadataLimits(entries: Int, key: Int, value: Int) {
        let entry = TTRPC.KeyValue(
            key: String(repeating: "k", count: key), value: String(repeating: "v", count: value))
        let request = TTRPC.Request(metadata: Array(repeating: entry, count: entries))
        let bytes = request.encoded()
        #expect {
            try RequestEnvelope(reading: bytes.span)
        } throws: {
            ($0 as? RPCError)?.reason == .malformedMessage
        }
    }

    @Test("What a client writes reads back, at the limit too")
    func writes() throws {
        let method = MethodDescriptor(
            service: "a.b.C", name: "Do", callers: [], isIdempotent: false)
        var buffer = WriteBuffer()
        let metadata: Metadata = ["empty": "", "long": String(repeating: "x", count: 300)]
        let isTaken = buffer.appendRequest(
            7, .remoteOpen, method: method, payload: [1, 2, 3], left: .nanoseconds(12345),
            metadata: metadata, traceParent: Self.trace)
        #expect(isTaken)
        let bytes = buffer.withSpan { Array(copying: $0) }
        let header = FrameHeader(reading: bytes.span, at: 0)
        #expect(
            header
                == FrameHeader(
                    length: UInt32(bytes.count - 10), stream: 7, kind: 1, flags: .remoteOpen))
        let request = try TTRPC.Request(decoding: Array(bytes.dropFirst(10)))
        #expect(request.service == "a.b.C")
        #expect(request.method == "Do")
        #expect(request.payload == [1, 2, 3])
        #expect(request.timeoutNano == 12345)
        #expect(request.metadata.first?.value == Self.trace.description)
        #expect(request.metadata.dropFirst().map(\.value) == metadata.pairs.map(\.value))
        let isTooLarge = buffer.appendRequest(
            9, [], method: method, payload: [UInt8](repeating: 0, count: 4 << 20),
            left: .seconds(1), metadata: [:], traceParent: Self.trace)
        #expect(!isTooLarge)
        #expect(buffer.count == bytes.count)
    }

    @Test("A response reads as protobuf-c reads it", arguments: [0, 1, 100, 70_000])
    func responses(size: Int) throws {
        let payload = [UInt8](repeating: 9, count: size)
        var buffer = WriteBuffer()
        buffer.appendResponse(3, payload: payload)
        let bytes = buffer.withSpan { Array(Array(copying: $0).dropFirst(10)) }
        #expect(try TTRPC.Response(decoding: bytes) == TTRPC.Response(payload: payload))
        #expect(try ResponseEnvelope.read(bytes.span) == .success(payload))
        let statusOK = TTRPC.Response(status: GoogleRPC.Status(), payload: payload).encoded()
        #expect(try ResponseEnvelope.read(statusOK.span) == .success(payload))
        #expect(throws: WireError.self) { try ResponseEnvelope.read([0x12, 200].span) }
    }
}
