import RPC
import Testing

@Suite("Frame decoder")
struct FrameDecoderTests {
    @Test("Finds frames however the bytes are cut")
    func anyPieces() {
        var bytes: [UInt8] = []
        bytes.appendFrame(stream: 1, kind: .request, flags: .remoteClosed, payload: [1, 2, 3])
        bytes.appendFrame(stream: 3, kind: .data, flags: .noData, payload: [])
        bytes.appendFrame(stream: 0xffff_ffff, kind: .response, payload: [9])
        for size in 1...bytes.count {
            let frames = Self.decode(bytes, pieces: size)
            #expect(
                frames == [
                    .init(stream: 1, kind: 1, flags: 1, payload: [1, 2, 3]),
                    .init(stream: 3, kind: 3, flags: 4, payload: []),
                    .init(stream: 0xffff_ffff, kind: 2, flags: 0, payload: [9]),
                ])
        }
    }

    @Test(
        "A payload of just the limit is taken, one byte more is passed over",
        arguments: [1, 7, 999])
    func limit(size: Int) {
        var bytes: [UInt8] = []
        bytes.appendFrame(stream: 1, kind: .request, payload: Array(repeating: 1, count: 16))
        bytes.appendFrame(stream: 3, kind: .request, payload: Array(repeating: 2, count: 17))
        bytes.appendFrame(stream: 5, kind: .request, payload: [3])
        let frames = Self.decode(bytes, pieces: size, limit: 16)
        #expect(frames.map(\.stream) == [1, 3, 5])
        #expect(frames.map(\.isTooLarge) == [false, true, false])
        #expect(frames[2].payload == [3])
    }

    @Test(
        "The limit is 4 MiB",
        arguments: [
            (4 << 20, false), (4 << 20 + 1, true), (0xffff_ffff, true), (0, false),
        ] as [(UInt32, Bool)])
    func lengths(length: UInt32, isTooLarge: Bool) {
        var decoder = FrameDecoder()
        let word = (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) }
        let header = word + [0, 0, 0, 1, 1, 0]
        var offset = 0
        let event = decoder.next(in: header.span, at: &offset)
        #expect(offset == FrameHeader.size)
        switch event {
        case .tooLarge(let header):
            #expect(isTooLarge)
            #expect(header.length == length)
        case .frame(let header, let range):
            #expect(header.length == 0)
            #expect(range.isEmpty)
            #expect(length == 0)
        case nil:
            #expect(length == 4 << 20)
        }
    }

    @Test("Half a header is no event and consumes nothing")
    func halfHeader() {
        var decoder = FrameDecoder()
        var offset = 0
        #expect(decoder.next(in: [0, 0, 0, 1, 0].span, at: &offset) == nil)
        #expect(offset == 0)
    }

    struct Frame: Equatable {
        var stream: UInt32
        var kind: UInt8
        var flags: UInt8
        var payload: [UInt8]
        var isTooLarge = false
    }

    /// Shows the decoder what a stream would: what it left, and one more piece.
    static func decode(
        _ bytes: [UInt8], pieces: Int, limit: Int = FrameHeader.payloadLimit
    ) -> [Frame] {
        var decoder = FrameDecoder(limit: limit)
        var frames: [Frame] = []
        var kept: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            kept += bytes[start..<min(start + pieces, bytes.count)]
            var offset = 0
            while let event = decoder.next(in: kept.span, at: &offset) {
                switch event {
                case .frame(let header, let range):
                    frames.append(
                        Frame(
                            stream: header.stream, kind: header.kind,
                            flags: header.flags.rawValue, payload: Array(kept[range])))
                case .tooLarge(let header):
                    frames.append(
                        Frame(
                            stream: header.stream, kind: header.kind,
                            flags: header.flags.rawValue, payload: [], isTooLarge: true))
                }
            }
            kept.removeFirst(offset)
        }
        #expect(kept.isEmpty)
        return frames
    }
}
