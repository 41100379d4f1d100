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
            let version = Self.number(text, 0..<2), version != 0xff,
            text.count == Self.textSize || (version > 0 && text[Self.textSize] == dash),
            let high = Self.number(text, 3..<19), let low = Self.number(text, 19..<35),
            let span = Self.number(text, 36..<52), let flags = Self.number(text, 53..<55),
            high | low != 0, span != 0
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    /// Lower-case hexadecimal digits only: the standard refuses upper case.
    private static func number(_ text: Span<UInt8>, _ digits: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for index in digits {
            let digit = text[index]
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// Appends its text.
    func write(to buffer: inout WriteBuffer) {
        buffer.append(Self.version)
        buffer.appendHex(self.traceHigh)
        buffer.appendHex(self.traceLow)
        buffer.append(UInt8(ascii: "-"))
        buffer.appendHex(self.span)
        buffer.append(self.isSampled ? Self.sampled : Self.unsampled)
    }

    private static let version = Array("00-".utf8)
    private static let sampled = Array("-01".utf8)
    private static let unsampled = Array("-00".utf8)

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

extension WriteBuffer {
    fileprivate mutating func appendHex(_ value: UInt64) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) {
            let digit = UInt8(value >> shift & 0xf)
            self.append(digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a"))
        }
    }
}
