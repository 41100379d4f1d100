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
        precondition(offset >= 0 && offset <= bytes.count - Self.size)
        let (length, stream) = bytes.bytes.withUnsafeBytes { raw in
            (
                UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
                UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            )
        }
        self.init(
            length: length, stream: stream, kind: bytes[offset + 8],
            flags: FrameFlags(rawValue: bytes[offset + 9]))
    }
}
