internal import Wire

/// Where a call belongs in a trace: the W3C `traceparent` header, version 00.
///
///     00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
package struct TraceParent: Hashable, Sendable {
    package let traceHigh: UInt64
    package let traceLow: UInt64
    package let span: UInt64
    package let isSampled: Bool

    package init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
    }

    /// The start of a trace. Ids are never all zero: the standard calls such ids invalid.
    package static func root(
        using random: inout some RandomNumberGenerator, isSampled: Bool = true
    ) -> TraceParent {
        TraceParent(
            traceHigh: random.next(), traceLow: random.next() | 1, span: random.next() | 1,
            isSampled: isSampled)
    }

    package static func root(isSampled: Bool = true) -> TraceParent {
        var random = SystemRandomNumberGenerator()
        return root(using: &random, isSampled: isSampled)
    }

    /// The same trace, with a span of its own.
    package func child(using random: inout some RandomNumberGenerator) -> TraceParent {
        TraceParent(
            traceHigh: self.traceHigh, traceLow: self.traceLow, span: random.next() | 1,
            isSampled: self.isSampled)
    }

    package func child() -> TraceParent {
        var random = SystemRandomNumberGenerator()
        return self.child(using: &random)
    }

    /// The 32 hexadecimal digits that name the whole trace, for logs.
    package var traceID: String { Self.hex(self.traceHigh) + Self.hex(self.traceLow) }

    /// Its key in a call's metadata.
    static let key = Array("traceparent".utf8)
    /// Bytes of its text.
    static let textSize = 55

    /// Reads a `traceparent`; `nil` for anything the standard calls invalid.
    ///
    /// Versions above 00 may have more fields behind the flags: these are ignored, as it asks for.
    package init?(parsing text: String) {
        var text = text
        let parsed = text.withUTF8 { TraceParent(parsing: $0.span) }
        guard let parsed else { return nil }
        self = parsed
    }

    init?(parsing text: Span<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard text.count >= Self.textSize, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = Self.byte(text, 0), version != 0xff,
            text.count == Self.textSize || (version > 0 && text[Self.textSize] == dash),
            let high = Self.word(text, 3), let low = Self.word(text, 19),
            let span = Self.word(text, 36), let flags = Self.byte(text, 53),
            high | low != 0, span != 0
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    /// Two digits. Lower case only: the standard refuses upper case.
    private static func byte(_ text: Span<UInt8>, _ offset: Int) -> UInt64? {
        // Six good digits before them make eight.
        self.digits(0x3030_3030_3030_0000 | UInt64(text[offset]) << 8 | UInt64(text[offset + 1]))
    }

    /// Sixteen digits.
    private static func word(_ text: Span<UInt8>, _ offset: Int) -> UInt64? {
        let (high, low) = text.bytes.withUnsafeBytes { bytes in
            (
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            )
        }
        guard let high = self.digits(high), let low = self.digits(low) else { return nil }
        return high << 32 | low
    }

    /// The value of eight digits, each a byte of `text`: all at once, since two traces' worth of
    /// digits come with every call. `nil` when one is none, by writing the value anew.
    private static func digits(_ text: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let letters = text >> 6 & ones
        var value = (text & 0x0f0f_0f0f_0f0f_0f0f) &+ (letters &* 9)
        let isLetter = (value &+ 0x0606_0606_0606_0606) >> 4 & ones
        guard value & 0xf0f0_f0f0_f0f0_f0f0 == 0,
            value &+ 0x3030_3030_3030_3030 &+ (isLetter &* 0x27) == text
        else { return nil }
        value = (value | value >> 4) & 0x00ff_00ff_00ff_00ff
        value = (value | value >> 8) & 0x0000_ffff_0000_ffff
        return (value | value >> 16) & 0xffff_ffff
    }

    /// Appends its text.
    func write(to buffer: inout WriteBuffer) {
        buffer.append(UInt8(ascii: "0"))
        buffer.append(UInt8(ascii: "0"))
        buffer.append(UInt8(ascii: "-"))
        buffer.append(hex: self.traceHigh)
        buffer.append(hex: self.traceLow)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(hex: self.span)
        buffer.append(UInt8(ascii: "-"))
        buffer.append(UInt8(ascii: "0"))
        buffer.append(UInt8(ascii: self.isSampled ? "1" : "0"))
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TraceParent: CustomStringConvertible {
    package var description: String {
        "00-\(self.traceID)-\(Self.hex(self.span))-\(self.isSampled ? "01" : "00")"
    }
}
