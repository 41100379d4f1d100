/// Finds frames in a stream of bytes, however it is cut into pieces.
///
///     header ──length ≤ limit──▶ payload ──complete──▶ header
///        └───length > limit────▶ skipping ──passed───▶ header
///
/// Pure: it holds no bytes. It is shown those that were not consumed yet, and moves an offset over
/// them. A frame over the limit is told of at once and passed over without being kept.
package struct FrameDecoder: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        /// A whole frame; the range is its payload's, in the bytes that were shown.
        case frame(FrameHeader, Range<Int>)
        /// A frame that is too long to be taken.
        case tooLarge(FrameHeader)
    }

    private enum State: Hashable, Sendable {
        case header
        case payload(FrameHeader)
        case skipping(Int)
    }

    private var state: State = .header
    private let limit: Int

    package init(limit: Int = FrameHeader.payloadLimit) {
        self.limit = limit
    }

    /// Whether more of a frame must come; a header that has only begun does not count.
    package var isWithinFrame: Bool { self.state != .header }

    /// The next event in `bytes` from `offset` on, which moves behind it; `nil` if more must come.
    ///
    /// What lies behind `offset` then must be shown again, followed by what came.
    package mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> Event? {
        while true {
            switch self.state {
            case .header:
                guard bytes.count - offset >= FrameHeader.size else { return nil }
                let header = FrameHeader(reading: bytes, at: offset)
                offset += FrameHeader.size
                if header.length > self.limit {
                    self.state = .skipping(Int(header.length))
                    return .tooLarge(header)
                }
                self.state = .payload(header)
            case .payload(let header):
                let end = offset + Int(header.length)
                guard end <= bytes.count else { return nil }
                let payload = offset..<end
                offset = end
                self.state = .header
                return .frame(header, payload)
            case .skipping(let left):
                let skipped = min(left, bytes.count - offset)
                offset += skipped
                self.state = skipped == left ? .header : .skipping(left - skipped)
                if skipped < left { return nil }
            }
        }
    }
}
