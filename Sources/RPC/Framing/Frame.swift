/// The kinds of frame that ttrpc knows. Others are skipped, for what later versions may add.
package enum FrameKind: UInt8, CaseIterable, Hashable, Sendable {
    case request = 1
    case response = 2
    case data = 3
}

/// What a frame says about its stream's two directions.
package struct FrameFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The sender will send nothing more on the stream.
    package static let remoteClosed = FrameFlags(rawValue: 0x01)
    /// The sender will send data frames on the stream: the call is no unary one.
    package static let remoteOpen = FrameFlags(rawValue: 0x02)
    /// The frame has no payload, not even an empty one.
    package static let noData = FrameFlags(rawValue: 0x04)
}

/// The ten bytes before each payload.
///
///     0        4        8   9   10
///     | length | stream | k | f |        big-endian; k: kind, f: flags
package struct FrameHeader: Hashable, Sendable {
    package static let size = 10
    /// The longest payload: 4 MiB.
    package static let payloadLimit = 4 << 20

    package var length: UInt32
    package var stream: UInt32
    package var kind: UInt8
    package var flags: FrameFlags

    package init(length: UInt32, stream: UInt32, kind: UInt8, flags: FrameFlags = []) {
        self.length = length
        self.stream = stream
        self.kind = kind
        self.flags = flags
    }

    /// Reads the header at `offset`, where ``size`` bytes must be.
    init(reading bytes: Span<UInt8>, at offset: Int) {
        func word(_ start: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[start + $1]) }
        }
        self.init(
            length: word(offset), stream: word(offset + 4), kind: bytes[offset + 8],
            flags: FrameFlags(rawValue: bytes[offset + 9]))
    }
}

extension [UInt8] {
    /// Appends a frame with `payload`, which must be within the limit.
    package mutating func appendFrame(
        stream: UInt32, kind: FrameKind, flags: FrameFlags = [], payload: [UInt8]
    ) {
        precondition(payload.count <= FrameHeader.payloadLimit)
        self.reserveCapacityByDoubling(self.count + FrameHeader.size + payload.count)
        self.appendWord(UInt32(payload.count))
        self.appendWord(stream)
        self.append(kind.rawValue)
        self.append(flags.rawValue)
        self.append(contentsOf: payload)
    }

    private mutating func appendWord(_ word: UInt32) {
        self.append(UInt8(truncatingIfNeeded: word >> 24))
        self.append(UInt8(truncatingIfNeeded: word >> 16))
        self.append(UInt8(truncatingIfNeeded: word >> 8))
        self.append(UInt8(truncatingIfNeeded: word))
    }

    /// `reserveCapacity` alone grows to just what is asked for, which makes many appends quadratic.
    private mutating func reserveCapacityByDoubling(_ capacity: Int) {
        if capacity > self.capacity { self.reserveCapacity(Swift.max(capacity, 2 * self.capacity)) }
    }
}
