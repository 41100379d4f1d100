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

    /// Reads a `traceparent`; `nil` for anything the standard calls invalid.
    ///
    /// Versions above 00 may have more fields behind the flags: these are ignored, as it asks for.
    package init?(parsing text: String) {
        let fields = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard fields.count >= 4, fields[0].count == 2, fields[1].count == 32,
            fields[2].count == 16, fields[3].count == 2,
            let version = Self.number(fields[0]), version != 0xff,
            version > 0 || fields.count == 4,
            let high = Self.number(fields[1].prefix(16)),
            let low = Self.number(fields[1].suffix(16)),
            let span = Self.number(fields[2]), let flags = Self.number(fields[3]),
            high | low != 0, span != 0
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    /// Lower-case hexadecimal digits only: the standard refuses upper case.
    private static func number(_ digits: Substring.UTF8View) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
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
